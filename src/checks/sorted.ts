import type {Federation} from '../federation/model.js'
import {answeredWays} from '../observe/answered-ways.js'
import type {Snapshot} from '../observe/snapshot.js'
import {probesByGateway, type ProbesByGateway} from './probes.js'
import {sortedWanPools, type WanPools} from './wan-pools.js'

/** Parts of a snapshot of which each judgement needs a little, and there are thousands of them in a large federation. */
export interface Sorted {
  /** By datacenter: names of the others over the ways to which its servers have answers. */
  readonly answeredWays: ReadonlyMap<string, ReadonlySet<string>>
  readonly probes: ProbesByGateway
  readonly wanPools: WanPools
}

/** What the checks look up in a snapshot, sorted once for all of them. */
export function sortedParts(model: Federation, snapshot: Snapshot): Sorted {
  return {
    answeredWays: new Map(
      model.datacenters.map((datacenter) => [
        datacenter.name,
        answeredWays(datacenter, model.primary, snapshot.servers),
      ]),
    ),
    probes: probesByGateway(snapshot),
    wanPools: sortedWanPools(model, snapshot),
  }
}
