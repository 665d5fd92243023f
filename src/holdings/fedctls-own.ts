import {desiredPolicies} from '../acl/desired.js'
import type {Federation} from '../federation/model.js'
import {sameName} from './grants.js'

/** What fedctl makes itself in the primary of a federation, and nobody has to make again there. */
export interface FedctlsOwn {
  /** Names. */
  readonly policies: readonly string[]
}

/** What `fedctl acl apply` makes for a federation. A datacenter that another workspace was made for may have the like. Its tokens are adopted as any others: agents use them until they are restarted. */
export function fedctlsOwn(federation: Federation): FedctlsOwn {
  return {policies: desiredPolicies(federation).map(({name}) => name)}
}

/** Whether a policy has a name that fedctl uses. */
export function isFedctlsPolicy(name: string, {policies}: FedctlsOwn): boolean {
  return policies.some((own) => sameName(own, name))
}
