import type {HclBody, HclValue} from '../../config/hcl.js'
import {supports} from '../../versions/features.js'
import {shownEntry} from '../discover-entries.js'
import {dropUndefined} from '../drop-undefined.js'
import type {AgentFacts} from '../snapshot.js'

/**
 * What an agent of that version will say of itself when it runs with this configuration.
 * What the configuration leaves out is as Consul has it by default ("agent/config/default.go and builder.go, 1.8–1.21").
 */
export function configuredAgent(configuration: HclBody, version: string): AgentFacts {
  const at = (...path: string[]) => valueAt(configuration, path)
  const text = (...path: string[]) => textOf(at(...path))
  const flag = (...path: string[]) => at(...path) === true
  const list = (key: string) => listOf(at(key)).map((entry) => shownEntry(entry))
  const datacenter = (text('datacenter') ?? 'dc1').toLowerCase()
  const tlsAt = (key: string) => [at(key), at('tls', 'defaults', key), at('tls', 'internal_rpc', key)]
  const server = flag('server')
  return dropUndefined<AgentFacts>({
    aclDefaultPolicy: text('acl', 'default_policy') ?? 'allow',
    aclDownPolicy: text('acl', 'down_policy') ?? 'extend-cache',
    aclEnabled: flag('acl', 'enabled'),
    advertiseAddrWan: text('advertise_addr_wan'),
    connectEnabled:
      at('connect', 'enabled') === undefined ? supports(version, 'connect-default') : flag('connect', 'enabled'),
    datacenter,
    domain: (text('domain') ?? 'consul').replace(/\.$/, ''),
    envoyVersions: undefined,
    meshGatewayFederation: flag('connect', 'enable_mesh_gateway_wan_federation'),
    nodeId: undefined,
    nodeName: text('node_name') ?? '',
    primaryDatacenter: (text('primary_datacenter') ?? datacenter).toLowerCase(),
    primaryGateways: list('primary_gateways'),
    retryJoinWan: [...list('retry_join_wan'), ...list('start_join_wan')],
    server,
    tls: {
      ca: [...tlsAt('ca_file'), ...tlsAt('ca_path')].some(Boolean),
      cert: tlsAt('cert_file').some(Boolean),
      verifyIncoming: [...tlsAt('verify_incoming'), at('verify_incoming_rpc')].includes(true),
      verifyOutgoing: tlsAt('verify_outgoing').includes(true),
      verifyServerHostname: tlsAt('verify_server_hostname').includes(true),
    },
    tokenReplication: flag('acl', 'enable_token_replication'),
    version,
  })
}

function valueAt(body: HclBody, [key = '', ...rest]: readonly string[]): HclValue | undefined {
  const value = body[key]
  if (rest.length === 0 || value === undefined) return value
  return typeof value === 'object' && !Array.isArray(value) ? valueAt(value as HclBody, rest) : undefined
}

function textOf(value: HclValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function listOf(value: HclValue | undefined): string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : []
}
