import type {FederationDraft} from '../federation/federation-yaml.js'
import type {LabLayout} from './layout.js'
import type {LabOptions} from './options.js'

/**
 * The federation file of a lab: an ordinary one with `local` hosts. Timings are those for machines that are quick to notice a failure,
 * since nobody wants to wait in a lab.
 * @param consul version of the binary that runs it.
 */
export function labDraft(options: LabOptions, layout: LabLayout, consul: string): FederationDraft {
  return {
    acl: {default_policy: options.defaultPolicy, enabled: options.acl},
    agent: {raft_multiplier: 1, retry_interval: '1s', retry_interval_wan: '1s'},
    api: {token: 'workspace'},
    datacenters: numbers(options.datacenters).map((datacenter) => ({
      clients: [{name: `dc${datacenter}-c1`, ...layout.agent('client', datacenter, 1)}],
      consul,
      gateways: [{agent: `dc${datacenter}-c1`, name: `dc${datacenter}-gw1`, ...layout.gateway(datacenter, 1)}],
      name: `dc${datacenter}`,
      servers: numbers(options.servers).map((server) => ({
        name: `dc${datacenter}-s${server}`,
        ...layout.agent('server', datacenter, server),
      })),
    })),
    host: 'local',
    mesh_gateway_mode: 'local',
    primary: 'dc1',
    via: options.via,
  }
}

function numbers(count: number): number[] {
  return Array.from({length: count}, (_, index) => index + 1)
}
