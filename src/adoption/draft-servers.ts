import {defaults} from '../federation/defaults.js'
import {canonicalAddress, isAddress} from '../federation/fields/address.js'
import {bracketed} from '../federation/fields/endpoint.js'
import type {FederationDraft} from '../federation/federation-yaml.js'
import type {Remark} from '../federation/remarks.js'
import {dropUndefined} from '../observe/drop-undefined.js'
import type {AgentPortFacts, Explored, FoundAgent} from './explored.js'
import type {NamedServer} from './draft-gateways.js'
import type {FoundServer} from './found-servers.js'
import type {NodeNames} from './node-names.js'

type Agent = FederationDraft['datacenters'][number]['servers'][number]
type Ports = NonNullable<Agent['ports']>

/** `api` of the whole file, as far as the servers need it. */
export interface CommonApi {
  readonly domain: string
  readonly port: number
  readonly scheme: 'http' | 'https'
}

export interface DraftedServers {
  /** Their paths begin at the datacenter. */
  readonly remarks: readonly Remark[]
  readonly servers: readonly NamedServer[]
}

/** The servers of a datacenter as the file has them. */
export function draftServers(
  found: readonly FoundServer[],
  {agents}: Pick<Explored, 'agents'>,
  common: CommonApi,
  names: NodeNames,
  besideGateways: ReadonlySet<string>,
): DraftedServers {
  const remarks: Remark[] = []
  const servers = found.map((server, index): NamedServer => {
    const name = names.take(server.name)
    const agent = agents[server.id]
    const texts = remarksOn(server, agent, name)
    remarks.push(...texts.map(([kind, text]): Remark => ({kind, path: ['servers', index], text})))
    return {agent: serverOf(name, server, agent, common, besideGateways.has(server.name)), node: server.name}
  })
  return {remarks, servers}
}

function serverOf(
  name: string,
  server: FoundServer,
  agent: FoundAgent | undefined,
  common: CommonApi,
  besideGateway: boolean,
): Agent {
  const {address, wanAddress} = server
  const ports = portsOf(server, agent, common, besideGateway)
  const api = apiOf(server, agent, common, ports)
  const hasOther = wanAddress !== undefined && canonical(wanAddress) !== canonical(address)
  return dropUndefined<Agent>({
    address,
    advertise_addr: undefined,
    api: Object.keys(api).length > 0 ? api : undefined,
    bind_addr: undefined,
    host: undefined,
    name,
    ports: Object.keys(ports).length > 0 ? ports : undefined,
    wan_address: hasOther ? wanAddress : undefined,
  })
}

/** Those that are not what the file says of an agent that it says nothing of. */
function portsOf(
  {port, wanPort}: FoundServer,
  agent: FoundAgent | undefined,
  {port: common, scheme}: CommonApi,
  besideGateway: boolean,
): Ports {
  const told: AgentPortFacts = agent?.answer.ok ? agent.answer.value.ports : {}
  const isHttps = scheme === 'https'
  const grpcTls = told.grpc_tls ?? defaults.ports.grpc_tls
  const usual: Readonly<Record<string, number>> = {
    ...defaults.ports,
    grpc: besideGateway && grpcTls < 0 ? defaults.portGrpcBesideGateway : defaults.ports.grpc,
    http: isHttps ? -1 : common,
    https: isHttps ? common : defaults.ports.https,
  }
  const all = {...told, serf_wan: wanPort, server: port}
  const differing = Object.entries(all).filter(([name, value]) => value !== undefined && value !== usual[name])
  // Its API is reached where it answered; a port that is off says that it was reached in another way.
  return Object.fromEntries(differing.filter(([name, value]) => name !== scheme || (value ?? -1) > 0))
}

/** What has to be said so that fedctl asks where the API answered, with the name that its certificate has. */
function apiOf(
  server: FoundServer,
  agent: FoundAgent | undefined,
  common: CommonApi,
  ports: Ports,
): NonNullable<Agent['api']> {
  if (!agent || (!agent.answer.ok && agent.answer.failure.kind !== 'forbidden')) return {}
  const {datacenter, address} = server
  const port = ports[common.scheme] ?? common.port
  const usualUrl = `${common.scheme}://${bracketed(address)}:${port}`
  const usualName = `server.${datacenter}.${common.domain}`
  const isUsual = new URL(agent.url).origin === new URL(usualUrl).origin
  const {serverName} = agent
  return {
    ...(serverName === undefined || serverName === usualName ? {} : {server_name: serverName}),
    ...(isUsual ? {} : {url: new URL(agent.url).origin}),
  }
}

function remarksOn(server: FoundServer, agent: FoundAgent | undefined, name: string): [Remark['kind'], string][] {
  const {answer, url = ''} = agent ?? {}
  const texts: [Remark['kind'], string][] = []
  if (name !== server.name)
    texts.push([
      'found',
      `its name in Consul is ${server.name}; a federation file takes letters, digits and hyphens only, since gossip through mesh gateways fails with dots`,
    ])
  if (server.status === 'failed')
    texts.push(['found', 'failed in the WAN pool; take it out if it is gone (consul force-leave)'])
  if (!isAddress(server.address)) texts.push(['not-known', 'its LAN address'])
  if (answer?.ok === false && answer.failure.kind !== 'forbidden') {
    const text = `its API: ${reason(answer.failure.message)} (${url}); write api: { url: … } if it is elsewhere`
    texts.push(['not-known', text])
  }
  return texts
}

function reason(message: string): string {
  return message
    .replace(/^GET \S+: /, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
}

function canonical(address: string): string {
  return isAddress(address) ? canonicalAddress(address) : address
}
