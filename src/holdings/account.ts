import {entryKey, type Holdings, intentionKey} from './holdings.js'
import {sameName} from './grants.js'
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
      {after: after.keys, before: before.keys, gone: [], what: 'KV keys'},
      counted('nodes', before.nodes, after.nodes),
      counted('services', before.services, after.services),
      {after: after.queries, before: before.queries, gone: [], what: 'prepared queries'},
    ],
    things: options.things.map((thing) => ({...thing, outcome: outcomeOf(thing, options)})),
  }
}

function outcomeOf(thing: Thing, {adopt, after, before, now}: AccountOptions): Outcome {
  const there = isThere(thing, after)
  switch (thing.fate) {
    case 'conflict':
      return 'lost'
    case 'equal':
      return there ? 'equal' : 'missing'
    case 'recreate':
      return adopt ? (there ? 'recreated' : 'missing') : there ? 'equal' : 'lost'
    case 'replaced':
      return after.connectRoot !== undefined && after.connectRoot !== before.connectRoot ? 'replaced' : 'missing'
    case 'stays':
      return there || hasExpired(thing, before, now) ? 'stayed' : 'missing'
  }
}

function isThere({key, what}: Thing, held: Holdings): boolean {
  switch (what) {
    case 'auth method':
      return held.authMethods.some(({Name}) => Name === key)
    case 'binding rule':
      return held.bindingRules.some(({ID}) => ID === key)
    case 'config entry':
      return held.entries.some((entry) => entryKey(entry) === key)
    case 'Connect root':
      return held.connectRoot === key
    case 'intention':
      return held.intentions.some((intention) => intentionKey(intention) === key)
    case 'local token':
    case 'token':
      return held.tokens.some(({AccessorID}) => AccessorID === key)
    case 'policy':
      return held.policies.some(({Name}) => sameName(Name, key))
    case 'role':
      return held.roles.some(({Name}) => sameName(Name, key))
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
