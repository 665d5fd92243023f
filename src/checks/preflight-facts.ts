import type {PreflightFacts} from '../observe/preflight-facts.js'
import type {Snapshot} from '../observe/snapshot.js'
import {fact, type Known, unknown} from './answers.js'

/** Whether the snapshot is of what there is before anything runs. */
export function isPreflight({preflight}: Snapshot): boolean {
  return preflight !== undefined
}

/** A part of what a preflight saw about one subject. */
export function preflightFact<T>(
  {preflight}: Snapshot,
  part: (facts: PreflightFacts) => Readonly<Record<string, T>>,
  subject: string,
): Known<T> {
  if (!preflight) return unknown('only a preflight looks at it (verify --preflight)')
  const found = part(preflight)[subject]
  return found === undefined ? unknown('it was not observed') : fact(found)
}
