import {desiredPolicies} from '../acl/desired.js'
import {policyNames} from '../acl/names.js'
import {anonymousAccessorId, type ConfigEntry, type Intention} from '../consul/types.js'
import type {Federation} from '../federation/model.js'
import {contentDigest} from '../observe/config-entries.js'
import {compareRights, type Sides} from './compare-rights.js'
import {compareTokens} from './compare-tokens.js'
import {sameName} from './grants.js'
import {entryKey, type Holdings, intentionKey} from './holdings.js'
import type {Comparison, Recreation, Thing} from './thing.js'

/**
 * What becomes of each thing of a datacenter that is to become a secondary: each ends in exactly one of the fates. Replication makes a secondary equal to
 * its primary and merges nothing (Consul agent/consul/acl_replication.go, config_replication.go and intention replication, 1.8–1.21).
 */
export function compareHoldings(sides: Sides): Comparison {
  const rights = compareRights(sides)
  const tokens = compareTokens(sides, rights)
  const entries = compareEntries(sides)
  const intentions = compareIntentions(sides)
  return {
    recreations: once([
      ...rights.recreations,
      ...tokens.recreations,
      ...entries.recreations,
      ...intentions.recreations,
    ]),
    things: [
      ...rights.things,
      ...tokens.things,
      ...entries.things,
      ...intentions.things,
      ...local(sides),
      ...connectRoot(sides),
    ],
  }
}

/** Several may need the same. */
function once(recreations: readonly Recreation[]): Recreation[] {
  return [...new Map(recreations.map((one) => [`${one.what} ${one.key.toLowerCase()}`, one])).values()]
}

/** The primary as it will be once fedctl's own policies are there, and the anonymous token as the federation file has it. */
export function withDesired(primary: Holdings, federation: Federation): Holdings {
  const desired = desiredPolicies(federation).map(({description, name, rules}) => ({
    Description: description,
    ID: name,
    Name: name,
    Rules: rules,
  }))
  const others = primary.policies.filter(({Name}) => !desired.some(({Name: wanted}) => sameName(wanted, Name)))
  const Policies = federation.acl.anonymous === 'read' ? [{Name: policyNames.anonymous}] : []
  const tokens = primary.tokens.map((token) =>
    token.AccessorID === anonymousAccessorId ? {...token, Policies: [...(token.Policies ?? []), ...Policies]} : token,
  )
  return {...primary, policies: [...desired, ...others], tokens}
}

function compareEntries({own, primary}: Sides): Comparison {
  const theirs = new Map(primary.entries.map((entry) => [entryKey(entry), contentDigest(entry)]))
  return sorted(own.entries, (entry) => {
    const key = entryKey(entry)
    return {
      digest: contentDigest(entry),
      recreation: {body: entryBody(entry), key, summary: `create config entry ${key}`, what: 'config entry'},
      there: theirs.get(key),
    }
  })
}

function compareIntentions({own, primary}: Sides): Comparison {
  const theirs = new Map(intentionsOf(primary).map((one) => [intentionKey(one), intentionDigest(one)]))
  return sorted(own.intentions, (intention) => {
    const key = intentionKey(intention)
    return {
      digest: intentionDigest(intention),
      recreation: {body: intentionBody(intention), key, summary: `create intention ${key}`, what: 'intention'},
      there: theirs.get(key),
    }
  })
}

/** Those of the table, and since 1.9 those in config entries, each source one; with permissions instead of an action it equals none of the table. */
export function intentionsOf({entries, intentions}: Holdings): Intention[] {
  const inEntries = entries
    .filter(({Kind}) => Kind === 'service-intentions')
    .flatMap(({Name: DestinationName, Sources}) =>
      ((Sources ?? []) as {Action?: string; Name: string; Type?: string}[]).map(({Action = '', Name, Type}) => ({
        Action,
        DestinationName,
        SourceName: Name,
        SourceType: Type,
      })),
    )
  return [...intentions, ...inEntries]
}

interface Sorted {
  readonly digest: string
  readonly recreation: Recreation
  readonly there: string | undefined
}

/** What is the same wherever it says the same. */
function sorted<T>(items: readonly T[], describe: (item: T) => Sorted): Comparison {
  const all = items.map(describe)
  return {
    recreations: all.filter(({there}) => there === undefined).map(({recreation}) => recreation),
    things: all.map(({digest, recreation: {key, what}, there}): Thing => {
      const thing = {key, name: key, what}
      if (there === undefined) return {...thing, fate: 'recreate'}
      if (there === digest) return {...thing, fate: 'equal'}
      return {...thing, fate: 'conflict', reason: 'that of the primary says something else'}
    }),
  }
}

/** What replication leaves alone. An auth method for global tokens can only be used in the primary. */
function local({own}: Sides): Thing[] {
  return [
    ...own.authMethods.map(({Name = '', TokenLocality}): Thing => {
      const thing = {key: Name, name: Name, what: 'auth method'} as const
      return TokenLocality === 'global'
        ? {...thing, fate: 'conflict', reason: 'it makes global tokens, which only one of the primary can'}
        : {...thing, fate: 'stays'}
    }),
    ...own.bindingRules.map(({AuthMethod, ID = ''}): Thing => ({
      fate: 'stays',
      key: ID,
      name: `${ID} (${String(AuthMethod)})`,
      what: 'binding rule',
    })),
  ]
}

function connectRoot({own, primary}: Sides): Thing[] {
  const {connectRoot: root} = own
  if (root === undefined) return []
  const thing = {key: root, name: root, what: 'Connect root'} as const
  if (root === primary.connectRoot) return [{...thing, fate: 'equal'}]
  return [{...thing, fate: 'replaced', reason: 'services get new certificates under the root of the primary'}]
}

/** An entry as Consul takes it: without what it computes, and without what only the API before 1.9 may write. */
export function entryBody(entry: ConfigEntry): Readonly<Record<string, unknown>> {
  const {CreateIndex: _created, Hash: _hash, ModifyIndex: _modified, Sources, Status: _status, ...body} = entry
  if (!Array.isArray(Sources)) return body
  const computed = /^(?:LegacyCreateTime|LegacyID|LegacyMeta|LegacyUpdateTime|Precedence)$/
  const sources = (Sources as object[]).map((source) =>
    Object.fromEntries(Object.entries(source).filter(([key]) => !computed.test(key))),
  )
  return {...body, Sources: sources}
}

/** An intention as Consul takes it; its id is Consul's choice. */
export function intentionBody(intention: Intention): Readonly<Record<string, unknown>> {
  const {Action, Description, DestinationName, Meta, SourceName, SourceType} = intention
  return {Action, Description, DestinationName, Meta, SourceName, SourceType}
}

/** The same for intentions between two services that say the same. */
export function intentionDigest({Action, SourceType}: Intention): string {
  return contentDigest({Action, SourceType})
}
