/** What Consul's HTTP API answers: only the fields that fedctl reads. Names are Consul's. */

export interface AgentSelf {
  Config: {
    Datacenter: string
    NodeID?: string
    NodeName: string
    /** Not in 1.8, where it is only in `DebugConfig`. */
    PrimaryDatacenter?: string
    Server: boolean
    Version: string
  }
  /** Internal and different between versions; read it through `versions/`. */
  DebugConfig: Record<string, unknown>
  Member: Member
  Stats?: Record<string, Record<string, string>>
  xDS?: {SupportedProxies?: {envoy?: string[]}}
}

export interface Member {
  Addr: string
  /** In the WAN pool `<node>.<datacenter>`. */
  Name: string
  Port: number
  /** 1 alive, 2 leaving, 3 left, 4 failed (serf.MemberStatus). */
  Status: number
  Tags: Record<string, string>
}

/** One datacenter's federation state: the mesh gateways that it has published. */
export interface FederationState {
  Datacenter: string
  MeshGateways: CheckServiceNode[] | null
  ModifyIndex: number
  /** In a secondary: the primary's `ModifyIndex` of the replicated record. */
  PrimaryModifyIndex: number
  UpdatedAt: string
}

export interface CheckServiceNode {
  Checks: HealthCheck[] | null
  Node: {Address: string; Node: string; TaggedAddresses?: Record<string, string> | null}
  Service: CatalogService
}

/** An entry of `/v1/catalog/service/<name>`. */
export interface CatalogServiceNode {
  Address: string
  Node: string
  ServiceMeta?: Record<string, string> | null
  ServicePort: number
  TaggedAddresses?: Record<string, string> | null
}

export interface CatalogService {
  Address: string
  ID: string
  Kind?: string
  Meta?: Record<string, string> | null
  Port: number
  Service: string
  TaggedAddresses?: Record<string, {Address: string; Port: number}> | null
}

export interface HealthCheck {
  CheckID: string
  Name: string
  Output: string
  Status: 'critical' | 'maintenance' | 'passing' | 'warning'
}

export interface AclReplication {
  Enabled: boolean
  LastError: string
  /** Since 1.11. */
  LastErrorMessage?: string
  LastSuccess: string
  ReplicatedTokenIndex?: number
  ReplicationType?: string
  Running: boolean
  SourceDatacenter: string
}

export interface AclToken {
  AccessorID: string
  Description?: string
  Local: boolean
  Policies?: {ID: string; Name: string}[] | null
  SecretID: string
}

export interface Authorization {
  Access: 'read' | 'write'
  Resource: string
  Segment?: string
}

/** Any config entry or, before 1.9, intention: what identifies it, and the rest as it stands. */
export interface ConfigEntry extends Record<string, unknown> {
  Kind: string
  MeshGateway?: {Mode?: string}
  Name: string
}

/** An intention as every version lists it. */
export interface Intention extends Record<string, unknown> {
  Action?: string
  DestinationName: string
  SourceName: string
}

/** The keyring of one pool. The keys of the maps are the gossip keys themselves. */
export interface Keyring {
  Keys: Record<string, number>
  /** Not in all versions. */
  PrimaryKeys?: Record<string, number> | null
  WAN: boolean
}

export interface AclPolicy {
  Datacenters?: string[] | null
  Description: string
  ID: string
  Name: string
  Rules: string
}

export interface CaRoots {
  ActiveRootID: string
  Roots: {Active: boolean; ID: string; IntermediateCerts: string[] | null; Name: string; RootCert: string}[]
  TrustDomain: string
}

export interface AutopilotHealth {
  FailureTolerance: number
  Healthy: boolean
  /** `StableSince`: when the leader last saw it change between well and not; its own start where it is the leader. */
  Servers?: {StableSince: string}[] | null
}

/** A service registration of an agent (`PUT /v1/agent/service/register`). */
export interface ServiceRegistration {
  Address: string
  Check: {DeregisterCriticalServiceAfter?: string; Interval: string; Name: string; TCP: string; Timeout: string}
  ID: string
  Kind: string
  Meta: Record<string, string>
  Name: string
  Port: number
  TaggedAddresses: Record<string, {Address: string; Port: number}>
}

/** The AccessorID of the anonymous token, the same in every Consul. */
export const anonymousAccessorId = '00000000-0000-0000-0000-000000000002'
