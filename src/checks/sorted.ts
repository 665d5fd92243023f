import type {Federation} from '../federation/model.js'
import type {Snapshot} from '../observe/snapshot.js'
import {probesByGateway, type ProbesByGateway} from './probes.js'
import {sortedWanPools, type WanPools} from './wan-pools.js'

/** Parts of a snapshot of which each judgement needs a little, and there are thousands of them in a large federation. */
export interface Sorted {
  readonly probes: ProbesByGateway
  readonly wanPools: WanPools
}

/** What the checks look up in a snapshot, sorted once for all of them. */
export function sortedParts(model: Federation, snapshot: Snapshot): Sorted {
  return {probes: probesByGateway(snapshot), wanPools: sortedWanPools(model, snapshot)}
}
