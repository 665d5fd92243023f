import type {Datacenter, Federation} from '../federation/model.js'
import {isAt} from '../federation/raft-address.js'
import type {Observer} from '../observe/observer.js'
import type {Snapshot} from '../observe/snapshot.js'
import type {Ports} from '../system/ports.js'
import {type Standing, standingObservations, standingOf} from './standing.js'

const electionMs = 20_000
const pauseMs = 500

export interface LeadersSources {
  readonly federation: Pick<Federation, 'primary'>
  readonly observer: Pick<Observer, 'observe'>
  readonly ports: Pick<Ports, 'clock' | 'signal'>
}

/**
 * How a datacenter whose servers differ stands to the primary: as its leader does, which alone replicates. Where nothing tells, an election may be under
 * way, and it is asked again for 20 s.
 */
export async function leadersStanding(
  {name, servers}: Datacenter,
  {federation, observer, ports}: LeadersSources,
): Promise<Standing> {
  const {clock, signal} = ports
  const deadline = clock.monotonicMs() + electionMs
  for (;;) {
    const seen = await observer.observe(['leader', ...standingObservations], {datacenters: [name]})
    const standing = standingOf(tellingServers(servers, seen), seen, federation.primary)
    if (standing !== 'unknown' || clock.monotonicMs() > deadline) return standing
    await clock.sleep(pauseMs, signal)
  }
}

/** The leader where it says what it is; otherwise all of them. */
function tellingServers(servers: Datacenter['servers'], {servers: seen}: Pick<Snapshot, 'servers'>): string[] {
  const named = Object.values(seen).flatMap(({leader}) => (leader?.ok ? [leader.value] : []))
  const leaders = servers.filter((server) => seen[server.id]?.agent?.ok && named.some((one) => isAt(one, server)))
  return (leaders.length === 1 ? leaders : servers).map(({id}) => id)
}
