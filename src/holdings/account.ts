import {holds, saysOther} from './held-things.js'
import type {Holdings} from './holdings.js'
import type {Thing, What} from './thing.js'

/** What became of a thing. `missing`: it should be there, and is not. */
export type Outcome = 'equal' | 'lost' | 'missing' | 'recreated' | 'replaced' | 'stayed'

export interface Accounted extends Thing {
  readonly outcome: Outcome
}

/** What replication never touches, before and after. */
export interface Belonging {
  readonly after: number
  readonly before: number
  /** Names that were there before and are not any more. */
  readonly gone: readonly string[]
  readonly what: 'KV keys' | 'nodes' | 'prepared queries' | 'services'
}

export interface Account {
  readonly belongings: readonly Belonging[]
  readonly things: readonly Accounted[]
}

export interface AccountOptions {
  readonly adopt: boolean
  /** What the datacenter holds now. */
  readonly after: Holdings
  readonly before: Holdings
  readonly now: Date
  /** As they were judged before. */
  readonly things: readonly Thing[]
}

/** What became of each thing that a datacenter held before it became a secondary. */
export function accountFor(options: AccountOptions): Account {
  const {after, before} = options
  const counted = (what: Belonging['what'], had: readonly string[], has: readonly string[]): Belonging => ({
    after: has.length,
    before: had.length,
    gone: had.filter((name) => !has.includes(name)),
    what,
  })
  return {
    belongings: [
      ...(after.keys === undefined || before.keys === undefined
        ? []
        : [{after: after.keys, before: before.keys, gone: [], what: 'KV keys' as const}]),
      counted('nodes', before.nodes, after.nodes),
      counted('services', before.services, after.services),
      {after: after.queries, before: before.queries, gone: [], what: 'prepared queries'},
    ],
    things: options.things.map((thing) => ({...thing, outcome: outcomeOf(thing, options)})),
  }
}

/** What is there by its name alone, and says what somebody made in the primary, is lost. */
function outcomeOf(thing: Thing, {adopt, after, before, now}: AccountOptions): Outcome {
  const there = holds(after, thing)
  const isOther = saysOther(before, after, thing)
  switch (thing.fate) {
    case 'conflict':
      return 'lost'
    case 'equal':
      return isOther ? 'lost' : there ? 'equal' : 'missing'
    case 'recreate':
      if (isOther) return 'lost'
      return adopt ? (there ? 'recreated' : 'missing') : there ? 'equal' : 'lost'
    case 'replaced':
      if (thing.what === 'policy') return there ? 'replaced' : 'missing'
      return after.connectRoot !== undefined && after.connectRoot !== before.connectRoot ? 'replaced' : 'missing'
    case 'stays':
      if (there || hasExpired(thing, before, now)) return 'stayed'
      // Replication deletes none: whoever made it has deleted it since, as programs do.
      return thing.what === 'local token' ? 'lost' : 'missing'
  }
}

function hasExpired({key, what}: Thing, {tokens}: Holdings, now: Date): boolean {
  const expires = what === 'local token' ? tokens.find(({AccessorID}) => AccessorID === key)?.ExpirationTime : undefined
  return expires !== undefined && Date.parse(expires) < now.getTime()
}

/** In the order in which people read them. */
export const kindsOfThings: readonly What[] = [
  'policy',
  'role',
  'token',
  'local token',
  'auth method',
  'binding rule',
  'config entry',
  'intention',
  'Connect root',
]
