import {z, type ZodType} from 'zod'

import {
  aclReplication,
  agentSelf,
  authorize,
  catalogDatacenters,
  catalogService,
  federationStates,
  serviceHealth,
  wanMembers,
} from '../consul/api.js'
import type {
  AclReplication,
  AgentSelf,
  Authorization,
  CatalogServiceNode,
  CheckServiceNode,
  FederationState,
  Member,
} from '../consul/types.js'
import {aclReplicationQuestion} from '../observe/acl-facts.js'
import {readAgentFacts} from '../observe/agent-facts.js'
import {dropUndefined} from '../observe/drop-undefined.js'
import {readGateways} from '../observe/gateways.js'
import {readMember} from '../observe/members.js'
import type {Question} from '../observe/questioner.js'
import type {AclReplicationFacts} from '../observe/snapshot.js'
import {agentFactsSchema, gatewaySchema} from '../observe/snapshot-schema.js'
import {type AgentSelfField, readAgentSelf} from '../versions/agent-self.js'
import type {AgentAnswer, CatalogServer, FoundGateway, WanServer} from './explored.js'

const port = z.int()
const portFields = {
  dns: 'dnsPort',
  grpc: 'grpcPort',
  grpc_tls: 'grpcTlsPort',
  http: 'httpPort',
  https: 'httpsPort',
  serf_lan: 'serfLanPort',
} as const satisfies Record<string, AgentSelfField>

/** What an agent runs with. Needs `agent:read`. */
export const agentQuestion: Question<AgentSelf, AgentAnswer> = {
  local: true,
  observation: 'agent',
  put: agentSelf,
  read: readAgentAnswer,
  schema: z.object({
    facts: agentFactsSchema,
    gossipEncrypted: z.boolean().exactOptional(),
    otherCaForHttps: z.boolean().exactOptional(),
    ports: z.partialRecord(z.enum(['dns', 'grpc', 'grpc_tls', 'http', 'https', 'serf_lan']), port),
    translateWanAddrs: z.boolean().exactOptional(),
  }) satisfies ZodType<AgentAnswer>,
}

/** What matters of `/v1/agent/self`. The gossip key is hidden there; whether there is one stands among the statistics (Consul agent/consul/server.go, 1.8–1.21). */
export function readAgentAnswer(answer: AgentSelf): AgentAnswer {
  const encrypted = answer.Stats?.serf_lan?.encrypted
  const [ca, httpsCa] = [readAgentSelf(answer, 'caFile'), readAgentSelf(answer, 'httpsCaFile')]
  const translate = readAgentSelf(answer, 'translateWanAddrs')
  const ports = Object.entries(portFields).flatMap(([name, field]) => {
    const value = readAgentSelf(answer, field)
    return typeof value === 'number' && value !== 0 ? [[name, value] as const] : []
  })
  return dropUndefined<AgentAnswer>({
    facts: readAgentFacts(answer),
    gossipEncrypted: encrypted === undefined ? undefined : encrypted === 'true',
    otherCaForHttps: ca && httpsCa && ca !== httpsCa ? true : undefined,
    ports: Object.fromEntries(ports),
    translateWanAddrs: typeof translate === 'boolean' ? translate : undefined,
  })
}

/** Every datacenter that the agent's servers know, also those that do not answer. Needs no token. */
export const datacentersQuestion: Question<string[], readonly string[]> = {
  observation: 'remote-leader',
  put: catalogDatacenters,
  read: (names) => [...names].sort(),
  schema: z.array(z.string()),
}

/** Servers in the WAN pool, as a server sees it. Those that have left are not among them. */
export const wanServersQuestion: Question<Member[], readonly WanServer[]> = {
  local: true,
  observation: 'wan-members',
  put: wanMembers,
  read: (members) => members.map((member) => readWanServer(member)).filter(({status}) => status !== 'left'),
  schema: z.array(
    z.object({
      acls: z.enum(['legacy', 'off', 'on', 'unknown']),
      address: z.string(),
      datacenter: z.string(),
      name: z.string(),
      port: port.exactOptional(),
      status: z.enum(['alive', 'failed', 'leaving', 'left', 'unknown']),
      usesTls: z.boolean(),
      version: z.string(),
      wanPort: port,
    }),
  ) satisfies ZodType<readonly WanServer[]>,
}

/** The tag `acls` counts from 0 (Consul agent/structs/acl.go, ACLMode, 1.8–1.10; later 0 and 1 only). */
const aclModes = ['off', 'on', 'legacy', 'unknown'] as const

function readWanServer(member: Member): WanServer {
  const {address, build, datacenter, name, port: wanPort, status} = readMember(member)
  const suffix = `.${datacenter}`
  const rpc = Number(member.Tags.port)
  return dropUndefined<WanServer>({
    acls: aclModes[Number(member.Tags.acls)] ?? 'unknown',
    address,
    datacenter,
    name: name.endsWith(suffix) ? name.slice(0, -suffix.length) : name,
    port: Number.isSafeInteger(rpc) && rpc > 0 ? rpc : undefined,
    status,
    usesTls: member.Tags.use_tls === '1',
    version: build,
    wanPort,
  })
}

/** The servers of a datacenter in its catalog: each registers the service `consul` there. */
export function catalogServersQuestion(datacenter: string): Question<CatalogServiceNode[], readonly CatalogServer[]> {
  return {
    observation: 'remote-services',
    put: (client, call) => catalogService(client, 'consul', {...call, datacenter}),
    read: (nodes) => nodes.map((node) => readCatalogServer(node)),
    schema: z.array(
      z.object({
        address: z.string(),
        name: z.string(),
        port,
        version: z.string(),
        wanAddress: z.string().exactOptional(),
      }),
    ) satisfies ZodType<readonly CatalogServer[]>,
  }
}

/** `Address` is the WAN address where the asked agent translates addresses; the tag `lan` is always the other one. */
function readCatalogServer({
  Address,
  Node,
  ServiceMeta,
  ServicePort,
  TaggedAddresses,
}: CatalogServiceNode): CatalogServer {
  return dropUndefined<CatalogServer>({
    address: TaggedAddresses?.lan || Address,
    name: Node,
    port: ServicePort,
    version: ServiceMeta?.version ?? '',
    wanAddress: TaggedAddresses?.wan || undefined,
  })
}

const foundGatewaysSchema = z.array(z.object({gateway: gatewaySchema, nodeAddress: z.string()})) satisfies ZodType<
  readonly FoundGateway[]
>

/** By datacenter: the mesh gateways of the federation states. Needs `operator:read`. */
export const publishedGatewaysQuestion: Question<
  FederationState[],
  Readonly<Record<string, readonly FoundGateway[]>>
> = {
  observation: 'federation-states',
  put: (client, call) => federationStates(client, {...call, stale: true}),
  read: (states) =>
    Object.fromEntries(states.map(({Datacenter, MeshGateways}) => [Datacenter, readFoundGateways(MeshGateways ?? [])])),
  schema: z.record(z.string(), foundGatewaysSchema),
}

/** Gateways of the usual name in the catalog of a datacenter, for those that no federation state has. */
export function catalogGatewaysQuestion(datacenter: string): Question<CheckServiceNode[], readonly FoundGateway[]> {
  return {
    observation: 'catalog-gateways',
    put: (client, call) => serviceHealth(client, 'mesh-gateway', {...call, datacenter}),
    read: readFoundGateways,
    schema: foundGatewaysSchema,
  }
}

function readFoundGateways(nodes: readonly CheckServiceNode[]): FoundGateway[] {
  return nodes.flatMap((node) =>
    readGateways([node]).map((gateway) => ({
      gateway,
      nodeAddress: node.Node.TaggedAddresses?.lan || node.Node.Address,
    })),
  )
}

/** How replication of ACLs into a datacenter goes. Needs no token. */
export function replicationQuestion(datacenter: string): Question<AclReplication, AclReplicationFacts> {
  return {...aclReplicationQuestion, put: (client, call) => aclReplication(client, {...call, datacenter})}
}

/** Whether requests without a token may read nodes and services. */
export const anonymousQuestion: Question<(Authorization & {Allow: boolean})[], boolean> = {
  observation: 'token',
  put: (client, call) =>
    authorize(
      client,
      (['node', 'service'] as const).map((Resource) => ({Access: 'read', Resource})),
      {...call, token: ''},
    ),
  read: (answers) => answers.every(({Allow}) => Allow),
  schema: z.boolean(),
}

/** The mesh-gateway mode of proxy-defaults; empty where they name none. Needs no token (Consul agent/consul/config_endpoint.go, 1.8–1.21). */
export const meshGatewayModeQuestion: Question<{readonly MeshGateway?: {readonly Mode?: string}}, string> = {
  observation: 'config-entries',
  put: (client, call) => client.request('/v1/config/proxy-defaults/global', call),
  read: ({MeshGateway}) => MeshGateway?.Mode ?? '',
  schema: z.string(),
}
