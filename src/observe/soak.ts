import type {Ports} from '../system/ports.js'
import type {Observer} from './observer.js'
import type {Snapshot, WanSoak, WanTransition} from './snapshot.js'

const pauseMs = 1000

/**
 * Watches the WAN pool as every server sees it, once a second.
 * @param durationMs for how long; at least two looks are taken.
 * @returns What changed meanwhile. @throws The reason of the ports' signal.
 */
export async function watchWan(
  observer: Observer,
  {clock, signal, talk}: Pick<Ports, 'clock' | 'signal' | 'talk'>,
  durationMs: number,
): Promise<WanSoak> {
  const startedMs = clock.monotonicMs()
  talk(`watching the WAN pool for ${Math.round(durationMs / 1000)} s`)
  let seen = statuses(await observer.observe(['wan-members']))
  let samples = 1
  const transitions: WanTransition[] = []
  do {
    await clock.sleep(pauseMs, signal)
    const snapshot = await observer.observe(['wan-members'])
    const next = statuses(snapshot)
    transitions.push(...changesBetween(seen, next, snapshot.startedAt))
    // A server that does not answer now is compared with what it said last.
    seen = new Map([...seen, ...next])
    samples += 1
  } while (clock.monotonicMs() - startedMs < durationMs)
  return {durationMs: Math.round(clock.monotonicMs() - startedMs), samples, transitions}
}

type Statuses = ReadonlyMap<string, Omit<WanTransition, 'at' | 'from'>>

function statuses({servers}: Snapshot): Statuses {
  return new Map(
    Object.entries(servers).flatMap(([server, {wanMembers}]) =>
      wanMembers?.ok
        ? wanMembers.value.map(({name, status}) => [`${server} ${name}`, {member: name, server, to: status}] as const)
        : [],
    ),
  )
}

function changesBetween(before: Statuses, after: Statuses, at: string): WanTransition[] {
  return [...after].flatMap(([key, entry]) => {
    const from = before.get(key)?.to
    return from === undefined || from === entry.to ? [] : [{...entry, at, from}]
  })
}
