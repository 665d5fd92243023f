import type {AclPolicy} from '../consul/types.js'
import {contentDigest} from '../observe/config-entries.js'
import {entryBody, intentionBody} from './compare.js'
import {grantsText, sameName} from './grants.js'
import {entryKey, type HeldToken, type Holdings, intentionKey, type Link} from './holdings.js'

/** What a move itself makes in the datacenter before its servers change. */
export interface MadeByMove {
  /** Names of policies, which it may change too, as the tokens that have these alone. */
  readonly policies: readonly string[]
  /** Accessors of other tokens, of which it changes none. */
  readonly tokens: readonly string[]
}

/**
 * What a datacenter has now that it did not have when it was exported, or that says something else, as `policy shop`, and what it had and has no more, as
 * `policy shop (deleted)`: that would come back from the primary. What a login made does not count: the next login makes it again. Neither do local tokens
 * that are new or gone, since replication leaves them alone.
 */
export function changedSince(before: Holdings, now: Holdings, made: MadeByMove): string[] {
  const [had, has] = [textsOf(before, made), textsOf(now, made)]
  const ofMove = new Set(made.tokens.map((accessor) => `token ${accessor}`))
  const others = new Set([...localTokens(before), ...localTokens(now)].map((accessor) => `token ${accessor}`))
  return [
    ...[...has].flatMap(([name, text]) =>
      had.get(name) === text || (!had.has(name) && (ofMove.has(name) || others.has(name))) ? [] : [name],
    ),
    ...[...had.keys()].flatMap((name) => (has.has(name) || others.has(name) ? [] : [`${name} (deleted)`])),
  ]
}

function localTokens({tokens}: Holdings): string[] {
  return tokens.filter(({AuthMethod, Local}) => Local && !AuthMethod).map(({AccessorID}) => AccessorID)
}

function textsOf(holdings: Holdings, made: MadeByMove): Map<string, string> {
  const {authMethods, bindingRules, entries, intentions, policies, roles, tokens} = holdings
  const named = <T>(what: string, list: readonly T[], name: (one: T) => string, text: (one: T) => string) =>
    list.map((one) => [`${what} ${name(one)}`, text(one)] as const)
  const isOfMove = ({Name}: Link) => made.policies.some((name) => sameName(name, Name))
  const hasOwnRights = ({Policies}: HeldToken) => !Policies || Policies.length === 0 || !Policies.every(isOfMove)
  const ownPolicies = policies.filter((policy) => !isOfMove(policy))
  const ownTokens = tokens.filter((token) => !token.AuthMethod && hasOwnRights(token))
  return new Map([
    ...named('policy', ownPolicies, ({Name}) => Name, policyText),
    ...named('role', roles, ({Name}) => Name, grantsText),
    ...named('token', ownTokens, ({AccessorID}) => AccessorID, tokenText),
    ...named('config entry', entries, entryKey, (entry) => contentDigest(entryBody(entry))),
    ...named('intention', intentions, intentionKey, (intention) => contentDigest(intentionBody(intention))),
    ...named('auth method', authMethods, ({Name = ''}) => Name, contentDigest),
    ...named('binding rule', bindingRules, ({ID = ''}) => ID, contentDigest),
  ])
}

function policyText({Datacenters, Rules}: AclPolicy): string {
  return JSON.stringify([Rules, [...(Datacenters ?? [])].sort()])
}

function tokenText(token: HeldToken): string {
  return JSON.stringify([token.SecretID, token.Local, token.Rules ?? '', grantsText(token)])
}
