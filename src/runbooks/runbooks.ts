import type {Federation} from '../federation/model.js'
import {secondariesOf} from '../federation/selectors.js'
import {primaryRunbook} from './primary.js'
import {secondaryRunbook} from './secondary.js'
import type {Runbook} from './step.js'

/** What takes a federation from nothing to the whole, in order. */
export function runbooksOf(federation: Federation): Runbook[] {
  return [
    primaryRunbook(federation),
    ...secondariesOf(federation).map((datacenter) => secondaryRunbook(federation, datacenter)),
  ]
}
