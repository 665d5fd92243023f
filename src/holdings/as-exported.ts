import {contentDigest} from '../observe/config-entries.js'
import {entryBody, intentionBody} from './compare.js'
import {isBuiltIn} from './compare-rights.js'
import {grantsText} from './grants.js'
import {entryKey, type Holdings, intentionKey} from './holdings.js'

/**
 * Whether a datacenter is as it was on its own, not yet equal to its primary. Replication deletes what it alone had, kind by kind: of each kind of which
 * it had something that the primary does not have, something must still be there. What somebody deletes or adds there does not count.
 * Where it had nothing alone, there is nothing to lose, and it counts as it was.
 */
export function isAsExported(exported: Holdings, now: Holdings, primary: Holdings): boolean {
  const root = primary.connectRoot
  // A secondary takes the Connect root of its primary while its leader starts.
  if (root !== undefined && now.connectRoot === root && exported.connectRoot !== root) return false
  const ids = new Set([...policyRights(primary), ...roleRights(primary)].map(({id}) => id))
  const [had, has, theirs] = [exported, now, primary].map((holdings) => traitsOf(holdings, ids))
  return Object.entries(had ?? {}).every(([kind, traits]) => {
    const alone = traits.filter((trait) => !theirs?.[kind]?.includes(trait))
    return alone.length === 0 || alone.some((trait) => has?.[kind]?.includes(trait))
  })
}

/**
 * What tells things of one datacenter from those of another. Policies and roles that were made again have other ids; those of a datacenter that was cloned
 * from the primary have the same, and are told by what they say, and tokens made again keep accessor and secret.
 */
function traitsOf(holdings: Holdings, ids: ReadonlySet<string>): Readonly<Record<string, readonly string[]>> {
  const {entries, intentions, tokens} = holdings
  // Policies and roles are replicated each at a time of their own.
  const [policies, roles] = [policyRights(holdings), roleRights(holdings)]
  const clones = (rights: readonly Right[]) => rights.filter(({id}) => ids.has(id)).map(({id, text}) => `${id} ${text}`)
  const others = (rights: readonly Right[]) => rights.filter(({id}) => !ids.has(id)).map(({id}) => id)
  return {
    clonedPolicies: clones(policies),
    clonedRoles: clones(roles),
    entries: entries.map((entry) => `${entryKey(entry)} ${contentDigest(entryBody(entry))}`),
    intentions: intentions.map((one) => `${intentionKey(one)} ${contentDigest(intentionBody(one))}`),
    policies: others(policies),
    roles: others(roles),
    tokens: tokens
      .filter(({Local}) => !Local)
      .map((token) => JSON.stringify([token.AccessorID, token.SecretID, grantsText(token)])),
  }
}

interface Right {
  readonly id: string
  readonly text: string
}

function policyRights({policies}: Holdings): Right[] {
  return policies.filter((policy) => !isBuiltIn(policy)).map(({ID, Rules}) => ({id: ID, text: Rules}))
}

function roleRights({roles}: Holdings): Right[] {
  return roles.map((role) => ({id: role.ID, text: grantsText(role)}))
}
