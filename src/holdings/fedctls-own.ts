import {desiredPolicies, desiredTokens, type TokenSpec} from '../acl/desired.js'
import type {Federation} from '../federation/model.js'
import {sameName} from './grants.js'
import type {HeldToken} from './holdings.js'

/** What fedctl makes itself in the primary of a federation, and nobody has to make again there. */
export interface FedctlsOwn {
  /** Names. */
  readonly policies: readonly string[]
  readonly tokens: readonly TokenSpec[]
}

/** What `fedctl acl apply` makes for a federation. A datacenter that another workspace was made for may have the like. */
export function fedctlsOwn(federation: Federation): FedctlsOwn {
  return {policies: desiredPolicies(federation).map(({name}) => name), tokens: desiredTokens(federation)}
}

/** Whether a policy has a name that fedctl uses. */
export function isFedctlsPolicy(name: string, {policies}: FedctlsOwn): boolean {
  return policies.some((own) => sameName(own, name))
}

/** Whether a token is described as one of fedctl's and has the policies of that, and no other right. */
export function isFedctlsToken(token: HeldToken, {tokens}: FedctlsOwn): boolean {
  const {Description, Local, NodeIdentities, Policies, Roles, ServiceIdentities, TemplatedPolicies} = token
  const hasMore = [NodeIdentities, Roles, ServiceIdentities, TemplatedPolicies].some((list) => (list ?? []).length > 0)
  const names = (Policies ?? []).map(({Name}) => Name)
  return (
    !Local &&
    !hasMore &&
    tokens.some(
      ({description, policies}) =>
        description === Description &&
        names.length === policies.length &&
        policies.every((policy) => names.some((name) => sameName(name, policy))),
    )
  )
}
