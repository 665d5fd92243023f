/** Datacenters up to which servers are asked for the WAN ring: Consul asks every agent of every datacenter each time. */
export const wanRingUpTo = 10

/** Keys stand there as digests that mean nothing outside of one snapshot. */
export interface GossipKeyFacts {
  /** Keys that at least one agent has installed. */
  readonly installed: readonly string[]
  /** Keys that at least one agent encrypts with; empty where this version does not say. */
  readonly primary: readonly string[]
}
