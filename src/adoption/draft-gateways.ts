import {defaults} from '../federation/defaults.js'
import {canonicalAddress, isAddress} from '../federation/fields/address.js'
import {formatEndpoint} from '../federation/fields/endpoint.js'
import type {FederationDraft} from '../federation/federation-yaml.js'
import type {Remark} from '../federation/remarks.js'
import {dropUndefined} from '../observe/drop-undefined.js'
import type {FoundGateway} from './explored.js'
import type {NodeNames} from './node-names.js'

type Datacenter = FederationDraft['datacenters'][number]
type Agent = Datacenter['servers'][number]
type Gateway = NonNullable<Datacenter['gateways']>[number]

/** A server of the file and its name in Consul. */
export interface NamedServer {
  readonly agent: Agent
  readonly node: string
}

export interface DraftedGateways {
  readonly clients: readonly Agent[]
  readonly gateways: readonly Gateway[]
  /** Their paths begin at the datacenter. */
  readonly remarks: readonly Remark[]
}

/**
 * The gateways of a datacenter that expose servers, or all where none does, and the client agents beside them.
 * @param needed whether the file has to name one although none was found
 */
export function draftGateways(
  datacenter: string,
  found: readonly FoundGateway[],
  servers: readonly NamedServer[],
  names: NodeNames,
  needed: boolean,
): DraftedGateways {
  const exposing = found.filter(({gateway}) => gateway.exposesServers)
  const chosen = exposing.length > 0 || !needed ? exposing : found
  const [first] = servers
  if (chosen.length === 0 && needed && first) return placeholder(datacenter, first.agent, names)
  const agents = new Map(servers.map(({agent, node}) => [node, agent]))
  const clients: Agent[] = []
  const remarks: Remark[] = []
  const gateways = chosen.map(({gateway, nodeAddress}, index): Gateway => {
    let agent = agents.get(gateway.node)
    if (!agent) {
      agent = {address: nodeAddress, name: names.take(gateway.node)}
      agents.set(gateway.node, agent)
      clients.push(agent)
    }
    const isOnly = chosen.filter((other) => other.gateway.id === gateway.id).length === 1
    const name = isOnly
      ? names.take(gateway.id, `${gateway.id}-${gateway.node}`)
      : names.take(`${gateway.id}-${gateway.node}`)
    const remark = (kind: Remark['kind'], text: string) => remarks.push({kind, path: ['gateways', index], text})
    if (name !== gateway.id) remark('found', `its service id in Consul is ${gateway.id}, on the node ${gateway.node}`)
    if (!gateway.exposesServers)
      remark('found', 'it does not expose servers (meta consul-wan-federation = "1" is missing)')
    if (!isAddress(gateway.address)) remark('not-known', `the IP address of ${gateway.address}; write it under address`)
    return gatewayOf(name, agent, gateway)
  })
  const closed = found.length - chosen.length
  if (closed > 0) {
    const text = `${closed} more mesh ${closed === 1 ? 'gateway' : 'gateways'} that do not expose servers; they are not part of the federation`
    remarks.push({kind: 'found', path: ['gateways'], text})
  }
  return {clients, gateways, remarks}
}

function gatewayOf(name: string, agent: Agent, gateway: FoundGateway['gateway']): Gateway {
  const {address, port, service, wan} = gateway
  const hasOwnAddress = isAddress(address) && canonicalAddress(address) !== canonicalAddress(agent.address)
  const isElsewhere = wan !== undefined && (wan.address !== address || wan.port !== port)
  return dropUndefined<Gateway>({
    address: hasOwnAddress ? address : undefined,
    agent: agent.name,
    envoy_admin: undefined,
    host: undefined,
    name,
    port: port === defaults.gateway.port ? undefined : port,
    service: service === defaults.gateway.service ? undefined : service,
    wan: isElsewhere ? formatEndpoint({host: wan.address, port: wan.port}) : undefined,
  })
}

/** A federation through mesh gateways has one in each datacenter: a file without it is not valid. */
function placeholder(datacenter: string, agent: Agent, names: NodeNames): DraftedGateways {
  const name = names.take(`${datacenter}-gw1`)
  const text = 'the gateway of this datacenter: none is registered; correct name, agent and address, or register it'
  return {
    clients: [],
    gateways: [{agent: agent.name, name}],
    remarks: [{kind: 'not-known', path: ['gateways', 0], text}],
  }
}
