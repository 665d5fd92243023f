import type {Federation} from '../federation/model.js'
import {gatewaysOf, primaryOf} from '../federation/selectors.js'
import type {GatewayTransition} from '../observe/gateway-flap.js'
import type {Observer} from '../observe/observer.js'
import type {Snapshot} from '../observe/snapshot.js'
import type {Ports} from '../system/ports.js'
import {gatewayFaults} from './diagnosis/gateway-faults.js'
import {federationState} from './gateway-facts.js'

/** What the looks of one run have shown of the gateways. */
export interface GatewayWatch {
  readonly states: Readonly<Record<string, GatewayTransition['to']>>
  readonly transitions: readonly GatewayTransition[]
}

/** Up, down and up again: one return alone has two changes at most, and the last of them is `up`. */
const transitionsOfFlapping = 3
/** A gateway that came up less than this before the first look has changed once already. */
const recentMs = 300_000
const pauseMs = 1000
const needed = ['catalog-gateways', 'gateway-paths', 'token'] as const

/** The watch with one more look at the gateways. The first look knows of their latest change by the federation states. */
export function watched(before: GatewayWatch | undefined, model: Federation, snapshot: Snapshot): GatewayWatch {
  const faulty = new Set(gatewayFaults({model, snapshot}).flatMap(({faults}) => faults.map(({gateway}) => gateway.id)))
  const states = Object.fromEntries(
    gatewaysOf(model).map(({id}) => [id, faulty.has(id) ? ('down' as const) : ('up' as const)]),
  )
  if (!before)
    return {states, transitions: recentReturns(model, snapshot).filter(({gateway}) => states[gateway] === 'up')}
  const changed = Object.entries(states).filter(([id, state]) => before.states[id] !== state)
  const transitions = changed.map(([gateway, to]) => ({at: snapshot.startedAt, gateway, to}))
  return {states, transitions: [...before.transitions, ...transitions]}
}

/** The changes of gateways that come and go; none where all of them may be returning for good. */
export function flapsIn({transitions}: GatewayWatch): readonly GatewayTransition[] {
  const countOf = (id: string) => transitions.filter(({gateway}) => gateway === id).length
  return transitions.filter(({gateway}) => countOf(gateway) >= transitionsOfFlapping)
}

/**
 * Looks at nothing but the gateways until one of them shows that it comes and goes, or the time is over.
 * @throws The reason of the ports' signal.
 */
export async function watchGateways(
  watch: GatewayWatch,
  model: Federation,
  observer: Observer,
  {clock, signal}: Pick<Ports, 'clock' | 'signal'>,
  durationMs: number,
): Promise<GatewayWatch> {
  const deadline = clock.monotonicMs() + durationMs
  let latest = watch
  while (flapsIn(latest).length === 0 && clock.monotonicMs() < deadline) {
    await clock.sleep(Math.min(pauseMs, deadline - clock.monotonicMs()), signal)
    latest = watched(latest, model, await observer.observe(needed))
  }
  return latest
}

function recentReturns(model: Federation, snapshot: Snapshot): GatewayTransition[] {
  const startedAt = Date.parse(snapshot.startedAt)
  return model.datacenters.flatMap(({gateways, name}) => {
    const state = federationState(snapshot, primaryOf(model), name)
    const at = state.known ? state.value?.updatedAt : undefined
    if (at === undefined || !(startedAt - Date.parse(at) < recentMs)) return []
    return gateways.map(({id}) => ({at, gateway: id, to: 'up' as const}))
  })
}
