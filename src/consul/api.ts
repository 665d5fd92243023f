import type {ConsulClient, RequestOptions} from './client.js'
import type {
  AclPolicy,
  AclReplication,
  AclToken,
  AgentSelf,
  Authorization,
  AutopilotHealth,
  CaRoots,
  CatalogServiceNode,
  CheckServiceNode,
  ConfigEntry,
  FederationState,
  Intention,
  Keyring,
  Member,
  ServiceRegistration,
} from './types.js'

type Call = Pick<RequestOptions, 'signal' | 'timeoutMs' | 'token'>
type Elsewhere = Call & {readonly datacenter?: string}

/**
 * Consul's endpoints as functions of a client: one request each, the parsed answer, RequestError otherwise.
 * `datacenter` forwards the question to that datacenter, which is itself a test of the way there.
 */
export const agentSelf = (client: ConsulClient, call: Call = {}) => client.request<AgentSelf>('/v1/agent/self', call)

export const lanMembers = (client: ConsulClient, call: Call = {}) => client.request<Member[]>('/v1/agent/members', call)

/** The WAN pool as this agent sees it. Ask a server; a client answers with nothing. */
export const wanMembers = (client: ConsulClient, call: Call = {}) =>
  client.request<Member[]>('/v1/agent/members', {...call, query: {wan: '1'}})

/** Joins the WAN pool of a server. Refused by agents with mesh-gateway federation on (Consul agent/agent_endpoint.go, 1.8–1.21). */
export const joinWan = (client: ConsulClient, address: string, call: Call = {}) =>
  client.request<undefined>(`/v1/agent/join/${encodeURIComponent(address)}`, {
    ...call,
    method: 'PUT',
    query: {wan: '1'},
  })

/** `ip:port` of the leader, or an empty text. Needs no token. */
export const statusLeader = (client: ConsulClient, datacenter?: string, call: Call = {}) =>
  client.request<string>('/v1/status/leader', {...call, query: {dc: datacenter}})

/** Has the leader of the agent's datacenter make another server the leader. Needs `operator:write`; since 1.15. */
export const transferLeader = (client: ConsulClient, call: Call = {}) =>
  client.request<unknown>('/v1/operator/raft/transfer-leader', {...call, method: 'POST'})

/** Names of services with their tags. `{}` also where the token may read nothing. */
export const catalogServices = (client: ConsulClient, datacenter?: string, call: Call = {}) =>
  client.request<Record<string, string[]>>('/v1/catalog/services', {...call, query: {dc: datacenter}})

/** Nodes of the agent's datacenter; those that the token may not read are missing. */
export const catalogNodes = (client: ConsulClient, call: Call = {}) =>
  client.request<{Node: string}[]>('/v1/catalog/nodes', call)

/** Every datacenter of the WAN pool whose servers have not left, whether it answers or not. Needs no token. */
export const catalogDatacenters = (client: ConsulClient, call: Call = {}) =>
  client.request<string[]>('/v1/catalog/datacenters', call)

/** Where a service is registered. */
export const catalogService = (client: ConsulClient, service: string, {datacenter, ...call}: Elsewhere = {}) =>
  client.request<CatalogServiceNode[]>(`/v1/catalog/service/${encodeURIComponent(service)}`, {
    ...call,
    query: {dc: datacenter},
  })

export const serviceHealth = (client: ConsulClient, service: string, {datacenter, ...call}: Elsewhere = {}) =>
  client.request<CheckServiceNode[]>(`/v1/health/service/${encodeURIComponent(service)}`, {
    ...call,
    query: {dc: datacenter},
  })

/**
 * Needs `operator:read`. With `stale` the asked server answers with what it holds itself.
 * An internal endpoint, there from 1.8 to 1.21 (agent/http_register.go).
 */
export const federationStates = (client: ConsulClient, {stale, ...call}: Call & {stale?: boolean} = {}) =>
  client.request<FederationState[]>('/v1/internal/federation-states', {
    ...call,
    query: stale ? {stale: ''} : {},
    shape: 'federationStates',
  })

/** Answered by the leader of the asked datacenter. Needs no token. */
export const aclReplication = (client: ConsulClient, {datacenter, ...call}: Elsewhere = {}) =>
  client.request<AclReplication>('/v1/acl/replication', {...call, query: {dc: datacenter}, shape: 'aclReplication'})

export const caRoots = (client: ConsulClient, call: Call = {}) => client.request<CaRoots>('/v1/connect/ca/roots', call)

/** Entries that the token may not read are missing. */
export const configEntries = (client: ConsulClient, kind: string, call: Call = {}) =>
  client.request<ConfigEntry[]>(`/v1/config/${kind}`, call)

/** Intentions that the token may not read are missing. */
export const intentions = (client: ConsulClient, call: Call = {}) =>
  client.request<Intention[]>('/v1/connect/intentions', call)

/** The LAN keyring of the agent's own datacenter. Needs `keyring:read`, and holds the gossip keys themselves. */
export const localKeyring = (client: ConsulClient, call: Call = {}) =>
  client.request<Keyring[]>('/v1/operator/keyring', {...call, query: {'local-only': 'true'}})

/**
 * The keyrings of every datacenter that the agent's WAN pool knows, and the WAN ring as the agent's server sees it (`WAN: true`). Needs `keyring:read`,
 * and fails as a whole where a member of one of these does not answer (Consul agent/consul/internal_endpoint.go KeyringOperation, 1.8–1.21).
 */
export const allKeyrings = (client: ConsulClient, call: Call = {}) =>
  client.request<Keyring[]>('/v1/operator/keyring', call)

export const autopilotHealth = (client: ConsulClient, call: Call = {}) =>
  client.request<AutopilotHealth>('/v1/operator/autopilot/health', call)

/**
 * The token that the request carries. With `stale` the asked server itself answers, so a success shows that
 * this server knows the token; without it the leader answers.
 */
export const tokenSelf = (client: ConsulClient, call: Call & {stale?: boolean} = {}) =>
  client.request<AclToken>('/v1/acl/token/self', {...call, shape: 'token', query: call.stale ? {stale: ''} : {}})

/**
 * Whether the request's token may do each of these; changes nothing. `Segment` is the name of what it is about.
 * An internal endpoint, there from 1.8 to 1.21 (agent/acl_endpoint.go, ACLAuthorize).
 */
export const authorize = (client: ConsulClient, questions: readonly Authorization[], call: Call = {}) =>
  client.request<(Authorization & {Allow: boolean})[]>('/v1/internal/acl/authorize', {
    ...call,
    body: questions,
    method: 'POST',
    shape: 'authorizations',
  })

export const aclPolicies = (client: ConsulClient, call: Call = {}) =>
  client.request<AclPolicy[]>('/v1/acl/policies', {...call, shape: 'policies'})

export const aclPolicy = (client: ConsulClient, id: string, call: Call = {}) =>
  client.request<AclPolicy>(`/v1/acl/policy/${id}`, {...call, shape: 'policy'})

export const aclToken = (client: ConsulClient, accessorId: string, call: Call = {}) =>
  client.request<AclToken>(`/v1/acl/token/${accessorId}`, {...call, shape: 'token'})

/**
 * Registers a service with the agent, which keeps it in its data folder. Its one check becomes `service:<id>`, whatever that was; others, which may be
 * maintenance, stay (Consul agent/agent.go addServiceInternal without `replace-existing-checks`, 1.8–1.22). Needs `service:write`.
 */
export const registerService = (client: ConsulClient, registration: ServiceRegistration, call: Call = {}) =>
  client.request<undefined>('/v1/agent/service/register', {
    ...call,
    body: registration,
    method: 'PUT',
  })

/** Takes a check from the agent. Needs `service:write` for one of a service. */
export const deregisterCheck = (client: ConsulClient, checkId: string, call: Call = {}) =>
  client.request<undefined>(`/v1/agent/check/deregister/${encodeURIComponent(checkId)}`, {...call, method: 'PUT'})
