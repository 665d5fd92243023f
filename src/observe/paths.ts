import {observeBootstrapPaths} from './bootstrap-paths.js'
import {dropUndefined} from './drop-undefined.js'
import {observeGatewayPaths} from './gateway-paths.js'
import type {ProbeTrust} from './probe-trust.js'
import type {Round} from './round.js'
import type {ServerView, Snapshot} from './snapshot.js'

export type PathFacts = Pick<Snapshot, 'bootstrapSkipped' | 'paths' | 'pathsSkipped'>

/**
 * TLS probes through gateways and of `primary_gateways` entries, or why there are none.
 * @param views what the servers say, by id: in a large federation a way over which they have answers needs no probe.
 */
export async function observePaths(
  round: Round,
  {identity}: ProbeTrust,
  views: Promise<Readonly<Record<string, ServerView>>>,
): Promise<PathFacts> {
  const {datacenters, federation, observations} = round
  const [wantsGateways, wantsBootstrap] = [observations.has('gateway-paths'), observations.has('bootstrap-paths')]
  if (!wantsGateways && !wantsBootstrap) return {paths: []}
  if ('skipped' in identity) return {paths: [], pathsSkipped: identity.skipped}
  const options = {...round, identity, views}
  const [gateways, bootstrap] = await Promise.all([
    wantsGateways ? observeGatewayPaths(federation, datacenters, options) : [],
    wantsBootstrap ? observeBootstrapPaths(federation, datacenters, options) : undefined,
  ])
  return dropUndefined<PathFacts>({
    bootstrapSkipped: bootstrap?.skipped,
    paths: [...gateways, ...(bootstrap?.probes ?? [])],
    pathsSkipped: undefined,
  })
}
