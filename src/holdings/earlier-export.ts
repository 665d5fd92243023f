import type {ExportIndex} from './export-index.js'
import type {Thing} from './thing.js'

type Earlier = Pick<ExportIndex, 'adopt' | 'things'> | undefined

/**
 * Without what a run has made known to the datacenter since an earlier export: tokens that came from the primary, and policies of fedctl, are not its own,
 * and do not count in what it held.
 * @param policies names of those that a run makes known.
 */
export function withoutMadeKnown(things: readonly Thing[], earlier: Earlier, policies: readonly string[]): Thing[] {
  if (!earlier) return [...things]
  const isMadeKnown = (thing: Thing) =>
    ((thing.what === 'token' && thing.fate === 'equal') ||
      (thing.what === 'policy' && policies.includes(thing.key) && ['equal', 'replaced'].includes(thing.fate))) &&
    !find(earlier, thing)
  return things.filter((thing) => !isMadeKnown(thing))
}

/** What an earlier run has made in the primary counts as made, although the primary has it now. */
export function asMade(things: readonly Thing[], earlier: Earlier): Thing[] {
  return things.map((thing) =>
    earlier?.adopt && thing.fate === 'equal' && find(earlier, thing)?.fate === 'recreate'
      ? {...thing, fate: 'recreate'}
      : thing,
  )
}

function find({things}: NonNullable<Earlier>, {key, what}: Thing): Thing | undefined {
  return things.find((thing) => thing.key === key && thing.what === what)
}
