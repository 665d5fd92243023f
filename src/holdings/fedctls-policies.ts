import {desiredPolicies} from '../acl/desired.js'
import type {Federation} from '../federation/model.js'

/**
 * Names of the policies that `fedctl acl apply` makes for a federation. A datacenter that another workspace was made for may have the like, and nobody has to
 * make them again in the primary. Tokens of fedctl are adopted as any others: agents use them until they are restarted.
 */
export function fedctlsPolicies(federation: Federation): string[] {
  return desiredPolicies(federation).map(({name}) => name)
}
