import {sameRules} from '../acl/same-rules.js'
import type {AclPolicy, ConfigEntry, Intention} from '../consul/types.js'
import {contentDigest} from '../observe/config-entries.js'
import {entryBody, intentionDigest, intentionsOf} from './compare.js'
import {sameName} from './grants.js'
import {entryKey, type HeldRole, type HeldToken, type Holdings, intentionKey, type Named} from './holdings.js'
import type {Thing} from './thing.js'

type Key = Pick<Thing, 'key' | 'what'>

/** Whether there is a thing of that kind under that accessor or name, whatever it says. */
export function holds(held: Holdings, {key, what}: Key): boolean {
  switch (what) {
    case 'auth method':
      return named(held.authMethods, key) !== undefined
    case 'binding rule':
      return held.bindingRules.some(({ID}) => ID === key)
    case 'config entry':
      return entryOf(held, key) !== undefined
    case 'Connect root':
      return held.connectRoot === key
    case 'intention':
      return intentionOf(held, key) !== undefined
    case 'local token':
    case 'token':
      return tokenOf(held, key) !== undefined
    case 'policy':
      return policyOf(held, key) !== undefined
    case 'role':
      return roleOf(held, key) !== undefined
  }
}

/**
 * Whether both hold something under that accessor or name, and it says something else. Links and identities of roles and tokens do not count: in the primary
 * they may be others that give the same.
 */
export function saysOther(one: Holdings, other: Holdings, {key, what}: Key): boolean {
  const differ = <T>(find: (held: Holdings, key: string) => T | undefined, same: (a: T, b: T) => boolean) => {
    const [a, b] = [find(one, key), find(other, key)]
    return a !== undefined && b !== undefined && !same(a, b)
  }
  switch (what) {
    case 'config entry':
      return differ(entryOf, (a, b) => contentDigest(entryBody(a)) === contentDigest(entryBody(b)))
    case 'intention':
      return differ(intentionOf, (a, b) => intentionDigest(a) === intentionDigest(b))
    case 'policy':
      return differ(policyOf, (a, b) => sameRules(a.Rules, b.Rules))
    case 'token':
      return differ(tokenOf, (a, b) => a.SecretID === b.SecretID)
    default:
      return false
  }
}

function named(list: readonly Named[], name: string): Named | undefined {
  return list.find(({Name}) => Name === name)
}

function entryOf({entries}: Holdings, key: string): ConfigEntry | undefined {
  return entries.find((entry) => entryKey(entry) === key)
}

function intentionOf(held: Holdings, key: string): Intention | undefined {
  return intentionsOf(held).find((intention) => intentionKey(intention) === key)
}

function policyOf({policies}: Holdings, key: string): AclPolicy | undefined {
  return policies.find(({Name}) => sameName(Name, key))
}

function roleOf({roles}: Holdings, key: string): HeldRole | undefined {
  return roles.find(({Name}) => sameName(Name, key))
}

function tokenOf({tokens}: Holdings, key: string): HeldToken | undefined {
  return tokens.find(({AccessorID}) => AccessorID === key)
}
