import {FedctlError} from '../errors/fedctl-error.js'
import {nearMiss} from '../federation/near-miss.js'
import type {Check} from './check.js'
import {wildcard} from './wildcard.js'

export interface Selection {
  /** Ids of checks that run only where they are asked for, and are. */
  readonly also?: readonly string[]
  /** Checks to run; all of them where it is empty. Ids (`wan.rpc`), categories (`wan`) or wildcards (`gateway.*`). */
  readonly only?: readonly string[]
  /** Checks to leave out, named in the same way. */
  readonly skip?: readonly string[]
}

/** @returns The selected checks in the order of the catalogue. @throws FedctlError `usage` for a selector that fits none. */
export function selectChecks(checks: readonly Check[], {also = [], only = [], skip = []}: Selection): Check[] {
  const included = new Set(only.flatMap((selector) => fitting(checks, selector)))
  const isIncluded = (check: Check) =>
    (only.length === 0 || included.has(check)) && (!check.optIn || [...also, ...only].includes(check.id))
  const excluded = new Set(skip.flatMap((selector) => fitting(checks, selector)))
  return checks.filter((check) => isIncluded(check) && !excluded.has(check))
}

/** `wan` of `wan.rpc`. */
export function categoryOf(id: string): string {
  return id.split('.')[0] ?? id
}

function fitting(checks: readonly Check[], selector: string): Check[] {
  const pattern = wildcard(selector)
  const found = checks.filter(({id}) => pattern.test(id) || categoryOf(id) === selector)
  if (found.length > 0) return found
  throw new FedctlError('usage', `no check fits ${JSON.stringify(selector)}`, {
    suggestions: suggestionsFor(
      selector,
      checks.map(({id}) => id),
    ),
  })
}

function suggestionsFor(selector: string, ids: readonly string[]): string[] {
  const categories = [...new Set(ids.map(categoryOf))]
  const [category = '', name = ''] = selector.split('.')
  const near = [
    nearMiss(selector, [...ids, ...categories]),
    ...ids.filter((id) => name !== '' && id.endsWith(`.${name}`)),
    ...ids.filter((id) => categoryOf(id) === category),
    ...ids.filter((id) => selector.length > 2 && id.includes(selector)),
  ].filter((word) => word !== undefined)
  const nearest = [...new Set(near)]
  return nearest.length > 0
    ? [`did you mean ${nearest.slice(0, 8).join(', ')}`]
    : [`use an id from docs/checks.md, or a category: ${categories.join(', ')}`]
}
