/**
 * The resolved federation: what the file says, with every default filled in. Plain data; nothing here is looked up anywhere.
 * Field names are camelCase; the file uses Consul's snake_case.
 */
export interface Federation {
  /** Absolute path of the file that it came from. */
  readonly file: string
  /** Absolute path of the folder of that file. */
  readonly workspace: string
  readonly acl: AclSettings
  readonly agent: AgentSettings
  readonly datacenters: readonly Datacenter[]
  /** DNS domain without the trailing dot. */
  readonly domain: string
  readonly gossip: {
    readonly encryption: boolean
    /** Absolute path of the file that holds the key. Undefined: fedctl makes one. */
    readonly keyFile?: string
  }
  /** Set where proxy-defaults are to carry a mesh-gateway mode. */
  readonly meshGatewayMode?: MeshGatewayMode
  /** Name of the primary datacenter. */
  readonly primary: string
  /** Findings that are known and accepted for some time. */
  readonly suppressions: readonly Suppression[]
  readonly tls: TlsSettings
  readonly via: 'mesh-gateways' | 'wan-gossip'
}

export interface Suppression {
  /** Id of a check, a category, or a wildcard. */
  readonly check: string
  /** Where its parts stand in the file. */
  readonly places: Readonly<Record<'check' | 'subject' | 'until', FilePlace>>
  readonly reason: string
  /** As the report names it, or a wildcard. Undefined: everything. */
  readonly subject?: string
  /** Last day on which it counts, in UTC: `2027-01-31`. */
  readonly until: string
}

/** A place in the text of the federation file; line and column count from 1. */
export interface FilePlace {
  readonly column: number
  readonly line: number
  /** Such as `verify.suppress[0].check`. */
  readonly path: string
}

export type MeshGatewayMode = 'local' | 'none' | 'remote'

export interface AclSettings {
  /** What calls without a token may do across datacenters: read nodes and services, or nothing. */
  readonly anonymous: 'none' | 'read'
  readonly defaultPolicy: 'allow' | 'deny'
  readonly downPolicy: 'allow' | 'async-cache' | 'deny' | 'extend-cache'
  readonly enabled: boolean
  readonly tokenReplication: boolean
}

/** Settings that all agents share. Durations are Go duration strings, such as `30s`. */
export interface AgentSettings {
  readonly logLevel: 'debug' | 'err' | 'info' | 'trace' | 'warn'
  /** 1 (fast failure detection, for production hardware) to 10. Undefined leaves Consul's default of 5. */
  readonly raftMultiplier?: number
  readonly retryInterval?: string
  readonly retryIntervalWan?: string
  readonly translateWanAddrs: boolean
}

export interface TlsSettings {
  /** Absolute paths of the CA. By default in `pki/` of the workspace. */
  readonly caFile: string
  readonly caKeyFile: string
  /** Days for which a new CA is valid. */
  readonly caDays: number
  /** Days for which an issued certificate is valid. */
  readonly days: number
  /** False only with `via: wan-gossip`. */
  readonly enabled: boolean
}

export interface Datacenter {
  readonly clients: readonly Agent[]
  /** Consul version of its agents, such as `1.17.3`. */
  readonly consul: string
  readonly gateways: readonly Gateway[]
  readonly isPrimary: boolean
  readonly name: string
  /**
   * What goes into `primary_gateways` of its servers: `host:port`, or go-discover strings (`provider=…`).
   * From the file where it says so, else the WAN addresses of the primary's gateways. Empty in the primary.
   */
  readonly primaryGateways: readonly string[]
  readonly servers: readonly Agent[]
}

/** A Consul agent: a server or a client. */
export interface Agent {
  /** LAN address at which others and fedctl reach it: an IP address. */
  readonly address: string
  /** `advertise_addr` where it differs from `address`: an IP address or a go-sockaddr template. */
  readonly advertiseAddr?: string
  readonly api: ApiAccess
  /** `bind_addr` where it differs from `address`: an IP address, also `0.0.0.0` or `::`, or a go-sockaddr template. */
  readonly bindAddr?: string
  readonly datacenter: string
  readonly host: HostKind
  /** `<datacenter>/<name>`: unique in the federation. */
  readonly id: string
  /** What the file says of its installation on a manual host; see `installationOf`. */
  readonly install?: {readonly [Key in keyof Installation]?: string | undefined}
  readonly kind: 'client' | 'server'
  readonly name: string
  readonly ports: AgentPorts
  /** `advertise_addr_wan`, for a floating or translated address: an IP address or a go-sockaddr template. */
  readonly wanAddress?: string
}

/** How an agent is installed on a manual host. */
export interface Installation {
  /** Absolute path there. */
  readonly configDir: string
  /** Absolute path there. */
  readonly dataDir: string
  readonly group: string
  /** Name of the systemd unit, without `.service`. */
  readonly service: string
  readonly user: string
}

/** How changes reach a node: by fedctl on this machine, or by a person who is shown what to do. */
export type HostKind = 'local' | 'manual'

/** Ports of an agent; `-1` switches one off. */
export interface AgentPorts {
  readonly dns: number
  readonly grpc: number
  readonly grpcTls: number
  readonly http: number
  readonly https: number
  readonly serfLan: number
  readonly serfWan: number
  /** RPC of servers; the only port that a mesh gateway dials. */
  readonly server: number
}

/** How fedctl reaches the HTTP API of an agent. Paths are absolute. */
export interface ApiAccess {
  readonly caFile?: string
  readonly certFile?: string
  readonly keyFile?: string
  /** Name to verify in the certificate, where it is not the host of `url`. */
  readonly serverName?: string
  readonly token: TokenSource
  /** `http://…` or `https://…`, without a path. */
  readonly url: string
}

/**
 * Where the token of API requests comes from. `workspace`: what fedctl itself made and keeps.
 * `default`, where the file says nothing: CONSUL_HTTP_TOKEN or CONSUL_HTTP_TOKEN_FILE if set, else the workspace.
 */
export type TokenSource =
  | {readonly from: 'default'}
  | {readonly from: 'env'; readonly name: string}
  | {readonly from: 'file'; readonly path: string}
  | {readonly from: 'workspace'}

/** A mesh gateway that exposes servers. */
export interface Gateway {
  /** LAN address and port, at which its own datacenter reaches it. */
  readonly address: string
  readonly port: number
  /** Name of the agent beside it: a client, or a server where there is none. */
  readonly agent: string
  readonly datacenter: string
  /** Envoy's admin endpoint as `host:port`, where there is one that fedctl may ask. */
  readonly envoyAdmin?: string
  readonly host: HostKind
  /** `<datacenter>/<name>`. */
  readonly id: string
  /** Also its service id in Consul. */
  readonly name: string
  /** Service name in Consul, `mesh-gateway` by default. */
  readonly service: string
  /** Address (IP or DNS name) and port at which other datacenters reach it. */
  readonly wanAddress: string
  readonly wanPort: number
}
