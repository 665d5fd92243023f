import type {ConfigEntryFacts} from './config-entry-facts.js'
import type {GossipKeyFacts} from './gossip-key-facts.js'
import type {HeldTokenFacts} from './held-token-facts.js'
import type {Observation} from './observation.js'
import type {PreflightFacts} from './preflight-facts.js'

/**
 * Everything that one run saw: plain data that can be saved, read again on another machine, and judged there.
 * It holds no secret: each observation keeps only the fields that a check reads.
 * A part that was not asked for is absent; a question without an answer is an `Answer` that says why.
 */
export interface Snapshot {
  /** By entry of `primary_gateways`, as `shownEntry` writes it: why it was not dialled. */
  readonly bootstrapSkipped?: Readonly<Record<string, string>>
  /** By agent id: agents beside the gateways whose Envoy is asked, for the Envoy versions that their Consul supports. Comes with `envoys`. */
  readonly clients?: Readonly<Record<string, ClientView>>
  readonly durationMs: number
  /** By gateway id: the version that its Envoy reports. */
  readonly envoys: Readonly<Record<string, Answer<string>>>
  readonly fedctlVersion: string
  /** The gossip key of the workspace, as digests of keyrings stand in this snapshot. */
  readonly gossipKey?: string
  /** What was asked for, where that is known. What is missing here was not asked, whatever the parts below hold. */
  readonly observed?: readonly Observation[]
  /** TLS probes through gateways and of `primary_gateways` entries. */
  readonly paths: readonly PathProbe[]
  /** Why no path was probed, where none was, such as a missing probe certificate. */
  readonly pathsSkipped?: string
  /** Where nothing was asked but file, disk and ports: `fedctl verify --preflight`. */
  readonly preflight?: PreflightFacts
  readonly schemaVersion: 1
  /** By agent id (`dc1/dc1-s1`). */
  readonly servers: Readonly<Record<string, ServerView>>
  /** What became of a token that was written as a probe, where somebody asked for that. */
  readonly roundtrip?: TokenRoundtrip
  /** What changed in the WAN pool while it was watched, where somebody asked for that. */
  readonly soak?: WanSoak
  /** ISO 8601. */
  readonly startedAt: string
}

/** A token without rights, made in the primary and removed again. */
export interface TokenRoundtrip {
  readonly accessorId: string
  /** Milliseconds that it took to make it; else why it could not be made. */
  readonly made: Answer<number>
  /** Whether it is gone from the primary. */
  readonly removed: Answer<boolean>
  /** By agent id: servers of the secondaries. */
  readonly servers: Readonly<Record<string, RoundtripServer>>
}

/** Milliseconds until the server knew the token, and after its removal until it did not any more. */
export interface RoundtripServer {
  readonly gone: Answer<number>
  readonly known: Answer<number>
}

export interface WanSoak {
  readonly durationMs: number
  /** How often every server was asked. */
  readonly samples: number
  readonly transitions: readonly WanTransition[]
}

/** A member of the WAN pool that one server saw in another state than before. */
export interface WanTransition {
  /** ISO 8601. */
  readonly at: string
  readonly from: MemberFacts['status']
  /** `<node>.<datacenter>`. */
  readonly member: string
  /** Agent id of the server that saw it. */
  readonly server: string
  readonly to: MemberFacts['status']
}

export type Answer<T> = {readonly ok: false; readonly failure: AnswerFailure} | {readonly ok: true; readonly value: T}

export interface AnswerFailure {
  readonly kind: 'forbidden' | 'malformed' | 'not-found' | 'refused' | 'timeout' | 'tls' | 'unreachable'
  readonly message: string
}

export interface ClientView {
  readonly agent?: Answer<AgentFacts>
}

/** What the leader of a datacenter says of its servers. */
export interface AutopilotFacts {
  readonly failureTolerance: number
  readonly healthy: boolean
  /** ISO 8601. When the one that last came back, or lost its health, did so; absent where nothing tells. */
  readonly stableSince?: string
}

/** What one server was asked. */
export interface ServerView {
  readonly aclReplication?: Answer<AclReplicationFacts>
  readonly agent?: Answer<AgentFacts>
  /** What a request without a token may do there, as `tokenRights` writes it. */
  readonly anonymousRights?: Answer<readonly string[]>
  readonly autopilot?: Answer<AutopilotFacts>
  readonly caRoots?: Answer<CaRootFacts>
  /** The certificate of the workspace, as issued. */
  readonly certificateOnDisk?: Answer<CertificateFacts>
  /** What the server presents on its RPC port when asked directly. */
  readonly certificateOnWire?: Answer<CertificateFacts>
  /** Config entries and intentions as the server's datacenter holds them. */
  readonly configEntries?: Answer<ConfigEntryFacts>
  /** Server clock minus own clock, in milliseconds, to about a second. */
  readonly clockOffsetMs?: number
  /** As the server itself holds them: in a follower or a secondary what replication has brought so far. */
  readonly federationStates?: Answer<readonly FederationStateFacts[]>
  /** Observations of which Consul said that it left entries out because the token may not read them (since 1.11). */
  readonly filtered?: readonly Observation[]
  /** The workspace's token for gateways, as this server resolves it. Absent where the workspace holds none. */
  readonly gatewayToken?: Answer<HeldTokenFacts>
  /** Mesh gateways in the catalog of its own datacenter. */
  readonly gateways?: Answer<readonly GatewayFacts[]>
  /** The LAN keyring of its datacenter; asked only where it is named. */
  readonly gossipKeys?: Answer<GossipKeyFacts>
  /** By observation: rights on expected names that the token lacks, as `tokenRights` writes them, so that Consul has left these out. */
  readonly hidden?: Partial<Record<'catalog-gateways' | 'lan-members' | 'wan-members', readonly string[]>>
  readonly lanMembers?: Answer<readonly MemberFacts[]>
  /** Why it ended as soon as it was started, where that is known on this machine. */
  readonly lastWords?: string
  /** `ip:port`; empty without a leader. */
  readonly leader?: Answer<string>
  /** Asked along with `token`: tells an empty answer from a forbidden one before 1.11 too. */
  readonly permissions?: Answer<TokenPermissions>
  /** By datacenter other than its own: what came back from there. */
  readonly remote?: Readonly<Record<string, RemoteAnswers>>
  /** The workspace's token for replication, in the primary. Absent where the workspace holds none. */
  readonly replicationToken?: Answer<HeldTokenFacts>
  readonly token?: Answer<{readonly accessorId: string; readonly policies: readonly string[]}>
  /** The WAN keyring as this server sees it; asked along with `gossipKeys`. */
  readonly wanGossipKeys?: Answer<GossipKeyFacts>
  readonly wanMembers?: Answer<readonly MemberFacts[]>
}

/** Whether the token may read all of them, as a rule for the prefix "" lets it. */
export interface TokenPermissions {
  readonly agent: boolean
  readonly node: boolean
  readonly operator: boolean
  readonly service: boolean
}

export interface RemoteAnswers {
  /** `status/leader?dc=`: needs no token. Asked where the token may hide the services. */
  readonly leader: Answer<string>
  /** Number of services in `catalog/services?dc=`; 0 may mean that the token may read none. */
  readonly services: Answer<number>
}

/** The effective configuration of an agent, from `/v1/agent/self`; undefined where this version does not say. */
export interface AgentFacts {
  readonly aclDefaultPolicy?: string
  readonly aclDownPolicy?: string
  readonly aclEnabled?: boolean
  readonly advertiseAddrWan?: string
  readonly connectEnabled?: boolean
  readonly datacenter: string
  readonly domain?: string
  /** Envoy versions that it supports (since 1.8.4). */
  readonly envoyVersions?: readonly string[]
  readonly meshGatewayFederation?: boolean
  readonly nodeId?: string
  readonly nodeName: string
  readonly primaryDatacenter?: string
  readonly primaryGateways?: readonly string[]
  /** `retry_join_wan` and `start_join_wan` together. */
  readonly retryJoinWan?: readonly string[]
  readonly server: boolean
  readonly tls?: {
    readonly ca: boolean
    readonly cert: boolean
    readonly verifyIncoming: boolean
    readonly verifyOutgoing: boolean
    readonly verifyServerHostname: boolean
  }
  readonly tokenReplication?: boolean
  readonly version: string
}

export interface MemberFacts {
  readonly address: string
  /** Consul version of the member, from its tag `build`. */
  readonly build: string
  readonly datacenter: string
  readonly id: string
  /** In the WAN pool `<node>.<datacenter>`. */
  readonly name: string
  readonly port: number
  /** `consul` for servers, `node` for clients. */
  readonly role: string
  readonly status: 'alive' | 'failed' | 'leaving' | 'left' | 'unknown'
}

export interface GatewayFacts {
  readonly address: string
  readonly checks: readonly {readonly name: string; readonly output: string; readonly status: string}[]
  /** Whether it carries the meta key that exposes servers. */
  readonly exposesServers: boolean
  readonly id: string
  readonly node: string
  readonly port: number
  readonly service: string
  /** Tagged address `wan`, where it has one. */
  readonly wan?: {readonly address: string; readonly port: number}
}

export interface FederationStateFacts {
  readonly datacenter: string
  readonly gateways: readonly GatewayFacts[]
  readonly modifyIndex: number
  readonly primaryModifyIndex: number
  /** ISO 8601. */
  readonly updatedAt: string
}

export interface AclReplicationFacts {
  readonly enabled: boolean
  /** ISO 8601; absent when there was none. */
  readonly lastError?: string
  readonly lastErrorMessage?: string
  readonly lastSuccess?: string
  readonly replicationType: string
  readonly running: boolean
  readonly sourceDatacenter: string
}

export interface CaRootFacts {
  readonly activeRootId: string
  /** Intermediates of the active root. */
  readonly intermediates: readonly CertificateFacts[]
  /** Whether each intermediate was signed by the active root, or by another intermediate that was. */
  readonly intermediatesVerified?: boolean
  readonly root?: CertificateFacts
  readonly trustDomain: string
}

export interface CertificateFacts {
  readonly authorityKeyId?: string
  readonly commonName: string
  readonly dnsNames: readonly string[]
  readonly fingerprint: string
  readonly ipAddresses: readonly string[]
  readonly issuer: string
  /** ISO 8601. */
  readonly notAfter: string
  readonly notBefore: string
  /** `clientAuth`, `serverAuth`, others by OID. */
  readonly usages: readonly string[]
  /** Whether it chains to the CA of the federation file; absent where that could not be asked. */
  readonly verifiedByCa?: boolean
}

/** One TLS connection through a gateway with a Consul server name. */
export interface PathProbe {
  /** `host:port` that was dialled. */
  readonly dialled: string
  /** Gateway id, or the entry of `primary_gateways` as it stands. */
  readonly gateway: string
  /** `wan-address`: the WAN address of a gateway, where it is another than its LAN address. */
  readonly kind: 'bootstrap' | 'gateway' | 'wan-address'
  readonly network: 'lan' | 'wan'
  /** What was presented where that was not acceptable. */
  readonly presented?: CertificateFacts
  readonly result: Answer<{readonly certificate: CertificateFacts; readonly ms: number}>
  readonly serverName: string
  /** Agent id of the server that should answer; absent for `server.<dc>.<domain>`. */
  readonly target?: string
}
