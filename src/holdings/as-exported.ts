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
  const ids = new Set(rightsOf(primary).map(({id}) => id))
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
  const rights = rightsOf(holdings)
  return {
    clones: rights.filter(({id}) => ids.has(id)).map(({id, text}) => `${id} ${text}`),
    entries: entries.map((entry) => `${entryKey(entry)} ${contentDigest(entryBody(entry))}`),
    intentions: intentions.map((one) => `${intentionKey(one)} ${contentDigest(intentionBody(one))}`),
    rights: rights.filter(({id}) => !ids.has(id)).map(({id}) => id),
    tokens: tokens
      .filter(({Local}) => !Local)
      .map((token) => JSON.stringify([token.AccessorID, token.SecretID, grantsText(token)])),
  }
}

function rightsOf({policies, roles}: Holdings): {id: string; text: string}[] {
  return [
    ...policies.filter((policy) => !isBuiltIn(policy)).map(({ID, Rules}) => ({id: ID, text: Rules})),
    ...roles.map((role) => ({id: role.ID, text: grantsText(role)})),
  ]
}
