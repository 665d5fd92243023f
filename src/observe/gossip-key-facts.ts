/** Keys stand there as digests that mean nothing outside of one snapshot. */
export interface GossipKeyFacts {
  /** Keys that at least one agent has installed. */
  readonly installed: readonly string[]
  /** Keys that at least one agent encrypts with; empty where this version does not say. */
  readonly primary: readonly string[]
}
