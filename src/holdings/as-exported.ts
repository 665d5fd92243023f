import type {Export} from './export.js'
import {sameName} from './grants.js'

/**
 * Whether a datacenter is as it was on its own, not yet equal to its primary. Replication deletes what it alone had; what was made in the primary comes
 * back with another id. What somebody deletes or adds in the datacenter does not count: one thing that it alone had is enough.
 * @param ids those of its policies and roles now.
 */
export function isAsExported(held: Pick<Export, 'holdings' | 'index'>, ids: readonly string[]): boolean {
  const {holdings, index} = held
  const alone = (['policy', 'role'] as const).flatMap((kind) => {
    const names = index.things.filter(({fate, what}) => what === kind && fate === 'recreate').map(({key}) => key)
    const all = kind === 'policy' ? holdings.policies : holdings.roles
    return all.filter(({Name}) => names.some((name) => sameName(name, Name)))
  })
  if (alone.length > 0) return alone.some(({ID}) => ids.includes(ID))
  return holdings.policies.every(({ID}) => ids.includes(ID))
}
