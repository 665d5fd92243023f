/** The config entries and intentions of a datacenter. */
export interface ConfigEntryFacts {
  readonly entries: readonly ConfigEntryDigest[]
  /** `MeshGateway.Mode` of proxy-defaults `global`; empty where it names none, absent where there is no such entry. */
  readonly meshGatewayMode?: string
}

/** An entry without its content: two with the same digest say the same. */
export interface ConfigEntryDigest {
  readonly digest: string
  readonly kind: string
  readonly name: string
}
