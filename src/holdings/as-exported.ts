import {contentDigest} from '../observe/config-entries.js'
import {entryBody, intentionBody} from './compare.js'
import {isBuiltIn} from './compare-rights.js'
import {grantsText} from './grants.js'
import {entryKey, type Holdings, intentionKey} from './holdings.js'

/**
 * Whether a datacenter is as it was on its own, and replication has not made it equal to its primary yet. That happens kind by kind: what it alone had
 * is gone, what it lacked of the primary is there, and there is nothing else. What somebody changes, deletes or adds there does not count, although that
 * may have been all of its kind. Where it had nothing alone, there is nothing to lose, and it counts as it was.
 */
export function isAsExported(exported: Holdings, now: Holdings, primary: Holdings): boolean {
  const root = primary.connectRoot
  // A secondary takes the Connect root of its primary while its leader starts.
  if (root !== undefined && now.connectRoot === root && exported.connectRoot !== root) return false
  const ids = new Set([...policyRights(primary), ...roleRights(primary)].map(({id}) => id))
  const [had, has, theirs] = [exported, now, primary].map((holdings) => traitsOf(holdings, ids))
  return Object.entries(had ?? {}).every(([kind, traits]) => {
    const [here, there] = [has?.[kind] ?? [], theirs?.[kind] ?? []]
    const wasAlone = traits.some((trait) => !there.includes(trait))
    const lacked = there.some((trait) => !traits.includes(trait))
    return !(wasAlone && lacked && includesAll(here, there) && includesAll(there, here))
  })
}

function includesAll(some: readonly string[], others: readonly string[]): boolean {
  return others.every((other) => some.includes(other))
}

/**
 * What tells things of one datacenter from those of another. Policies and roles that were made again have other ids; those of a datacenter that was cloned
 * from the primary have the same, and are told by what they say, and tokens made again keep accessor and secret.
 */
function traitsOf(holdings: Holdings, ids: ReadonlySet<string>): Readonly<Record<string, readonly string[]>> {
  const {entries, intentions, tokens} = holdings
  const rights = (some: readonly Right[]) => some.map(({id, text}) => (ids.has(id) ? `${id} ${text}` : id))
  return {
    entries: entries.map((entry) => `${entryKey(entry)} ${contentDigest(entryBody(entry))}`),
    intentions: intentions.map((one) => `${intentionKey(one)} ${contentDigest(intentionBody(one))}`),
    // Policies and roles are replicated each at a time of their own.
    policies: rights(policyRights(holdings)),
    roles: rights(roleRights(holdings)),
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
