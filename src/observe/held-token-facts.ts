/** A token of the workspace as Consul knows it. */
export interface HeldTokenFacts {
  readonly local: boolean
  /** Rights on single names that it needs and lacks; rules on single names count more than those on prefixes. */
  readonly refused?: readonly string[]
  /** Of what was asked, what it may do, as `tokenRights` writes it: `operator:write`, `service:write mesh-gateway`. */
  readonly rights: readonly string[]
}
