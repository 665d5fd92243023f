/** What file, disk and sockets of this machine tell before anything runs. No secrets. */
export interface PreflightFacts {
  /** By agent id. */
  readonly certificates: Readonly<Record<string, CertificateState>>
  /** By agent id. */
  readonly configurations: Readonly<Record<string, ConfigurationFacts>>
  /** By `host:port`: WAN addresses of gateways and entries of `primary_gateways`. */
  readonly endpoints: Readonly<Record<string, EndpointState>>
  /** By id: agents and gateways that fedctl runs on this machine. */
  readonly listeners: Readonly<Record<string, ListenerState>>
  /** Whether the workspace holds the management token: somebody should listen in the primary. */
  readonly primaryBegun: boolean
}

export interface CertificateState {
  /** Files that are not there. */
  readonly missing: readonly string[]
  /** Such as `does not belong to its key`. Of a server only this: other checks look at the rest. */
  readonly problems: readonly string[]
}

export interface ConfigurationFacts {
  readonly differing: readonly {readonly keys: readonly string[]; readonly path: string}[]
  readonly missing: readonly string[]
  readonly rendered: boolean
  readonly strangers: readonly string[]
  readonly validity: Validity
}

/** What `consul validate` says, or why it was not asked. */
export interface Validity {
  readonly outcome: 'invalid' | 'unknown' | 'valid'
  readonly text: string
}

export interface EndpointState {
  readonly accepts: boolean
  /** Why the name has no address here. */
  readonly unresolved?: string
}

export interface ListenerState {
  /** Whether the node's own process runs, which then holds the ports. */
  readonly running: boolean
  /** `host:port` pairs that another process holds. */
  readonly taken: readonly string[]
  /** Why nothing could listen there. */
  readonly unusable?: string
}
