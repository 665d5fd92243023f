/** A value of `/v1/agent/self` that fedctl reads. */
export type AgentSelfField =
  | 'aclDefaultPolicy'
  | 'aclDownPolicy'
  | 'aclEnabled'
  | 'advertiseAddrWan'
  | 'caFile'
  | 'caPath'
  | 'certFile'
  | 'connectEnabled'
  | 'datacenter'
  | 'dnsPort'
  | 'domain'
  | 'envoyVersions'
  | 'grpcPort'
  | 'grpcTlsPort'
  | 'httpPort'
  | 'httpsCaFile'
  | 'httpsPort'
  | 'meshGatewayFederation'
  | 'nodeId'
  | 'nodeName'
  | 'primaryDatacenter'
  | 'primaryGateways'
  | 'retryJoinWan'
  | 'serfLanPort'
  | 'server'
  | 'startJoinWan'
  | 'tokenReplication'
  | 'translateWanAddrs'
  | 'verifyIncoming'
  | 'verifyIncomingRpc'
  | 'verifyOutgoing'
  | 'verifyServerHostname'
  | 'version'

/** Where one range of versions keeps a value: from `since` (from the start where there is none) to before `until`. */
interface AgentSelfPath {
  readonly path: readonly string[]
  readonly since?: string
  readonly source: string
  readonly until?: string
}

const seen = '/v1/agent/self of 1.8.7 and 1.10.3; TestRuntimeConfig_Sanitize 1.8.0 to 1.21.4'
const listenerTls = 'agent/config/runtime.go 1.12, GH-12504; TestRuntimeConfig_Sanitize 1.13 and 1.21.4'
const resolverSettings = 'agent/config/runtime.go, GH-10808; TestRuntimeConfig_Sanitize 1.13 and 1.21.4'

const config = (name: string): AgentSelfPath => ({path: ['Config', name], source: seen})
const debug = (name: string): AgentSelfPath => ({path: ['DebugConfig', name], source: seen})

/** In the one structure of ACL settings since 1.11, flat before. */
const inResolverSettings = (name: string): readonly AgentSelfPath[] => [
  {path: ['DebugConfig', 'ACLResolverSettings', name], since: '1.11.0', source: resolverSettings},
  {path: ['DebugConfig', name], source: seen, until: '1.11.0'},
]

/** One set per listener since 1.12, flat before. */
const inListenerTls = (name: string): readonly AgentSelfPath[] => [
  {path: ['DebugConfig', 'TLS', 'InternalRPC', name], since: '1.12.0', source: listenerTls},
  {path: ['DebugConfig', name], source: seen, until: '1.12.0'},
]

/** Where each version of Consul keeps what fedctl reads of `/v1/agent/self`, the newest place first. */
const agentSelfPaths: Readonly<Record<AgentSelfField, readonly AgentSelfPath[]>> = {
  aclDefaultPolicy: inResolverSettings('ACLDefaultPolicy'),
  aclDownPolicy: inResolverSettings('ACLDownPolicy'),
  aclEnabled: [debug('ACLsEnabled'), ...inResolverSettings('ACLsEnabled')],
  advertiseAddrWan: [debug('AdvertiseAddrWAN')],
  caFile: inListenerTls('CAFile'),
  caPath: inListenerTls('CAPath'),
  certFile: inListenerTls('CertFile'),
  connectEnabled: [debug('ConnectEnabled')],
  datacenter: [config('Datacenter')],
  dnsPort: [debug('DNSPort')],
  domain: [debug('DNSDomain')],
  // Only where the agent has a gRPC port: agent/agent_endpoint.go 1.8.5, AgentSelf.
  envoyVersions: [
    {
      path: ['xDS', 'SupportedProxies', 'envoy'],
      since: '1.8.4',
      source: 'CHANGELOG 1.8.4; agent/agent_endpoint.go 1.8.5; /v1/agent/self of 1.10.3',
    },
  ],
  grpcPort: [debug('GRPCPort')],
  grpcTlsPort: [
    {path: ['DebugConfig', 'GRPCTLSPort'], since: '1.14.0', source: 'agent/config/builder.go 1.14; CHANGELOG 1.14.0'},
  ],
  httpPort: [debug('HTTPPort')],
  // One CA for every listener before 1.12.
  httpsCaFile: [
    {path: ['DebugConfig', 'TLS', 'HTTPS', 'CAFile'], since: '1.12.0', source: listenerTls},
    {path: ['DebugConfig', 'CAFile'], source: seen, until: '1.12.0'},
  ],
  httpsPort: [debug('HTTPSPort')],
  meshGatewayFederation: [debug('ConnectMeshGatewayWANFederationEnabled')],
  nodeId: [config('NodeID'), debug('NodeID')],
  nodeName: [config('NodeName')],
  primaryDatacenter: [
    {path: ['Config', 'PrimaryDatacenter'], since: '1.10.0', source: '/v1/agent/self of 1.10.3; not in 1.8.7'},
    debug('PrimaryDatacenter'),
  ],
  primaryGateways: [debug('PrimaryGateways')],
  retryJoinWan: [debug('RetryJoinWAN')],
  serfLanPort: [debug('SerfPortLAN')],
  server: [config('Server')],
  // An alias of retry_join_wan since 1.15, whose list has both: GH-15598.
  startJoinWan: [{path: ['DebugConfig', 'StartJoinAddrsWAN'], source: seen, until: '1.15.0'}],
  tokenReplication: [debug('ACLTokenReplication')],
  translateWanAddrs: [debug('TranslateWANAddrs')],
  verifyIncoming: inListenerTls('VerifyIncoming'),
  // Beside VerifyIncoming, and enough for the RPC port; gone with the sets per listener.
  verifyIncomingRpc: [{path: ['DebugConfig', 'VerifyIncomingRPC'], source: seen, until: '1.12.0'}],
  verifyOutgoing: inListenerTls('VerifyOutgoing'),
  verifyServerHostname: inListenerTls('VerifyServerHostname'),
  version: [config('Version')],
}

/**
 * A value of an answer of `/v1/agent/self`. The first place of the table that is there decides: builds between two releases,
 * and those of others, do not always have the version in their name that their answer has the form of.
 * @returns Undefined where that version does not say.
 */
export function readAgentSelf(answer: unknown, field: AgentSelfField): unknown {
  for (const {path} of agentSelfPaths[field]) {
    const value = valueAt(answer, path)
    if (value !== undefined && value !== null) return value
  }
  return undefined
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  let found = value
  for (const key of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined
    found = (found as Record<string, unknown>)[key]
  }
  return found
}
