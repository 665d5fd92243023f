import type {AclPolicy} from '../consul/types.js'
import {FedctlError} from '../errors/fedctl-error.js'
import type {TokenSecret} from '../federation/secrets.js'
import type {PolicySpec, TokenSpec} from './desired.js'
import {type GrantedToken, hiddenSecret} from './endpoints.js'
import {policyNames} from './names.js'
import {sameRules} from './same-rules.js'

/** How what Consul has differs from what should be. */
export type Drift = 'different' | 'missing' | 'none'

/** Whether Consul has that policy, with these rules and description, in force in every datacenter. */
export function policyDrift(wanted: PolicySpec, found: AclPolicy | undefined): Drift {
  if (!found) return 'missing'
  const same =
    sameRules(found.Rules, wanted.rules) &&
    found.Description === wanted.description &&
    (found.Datacenters ?? []).length === 0
  return same ? 'none' : 'different'
}

/** Whether Consul has that token with exactly its policies: anything more would be a right that nobody planned. */
export function tokenDrift(wanted: TokenSpec, found: GrantedToken | undefined): Drift {
  if (!found) return 'missing'
  const names = (found.Policies ?? []).map(({Name}) => Name.toLowerCase()).sort()
  const same =
    names.join('\n') === [...wanted.policies].sort().join('\n') &&
    (found.Description ?? '') === wanted.description &&
    [found.Roles, found.ServiceIdentities, found.NodeIdentities, found.TemplatedPolicies].every(
      (granted) => (granted ?? []).length === 0,
    )
  return same ? 'none' : 'different'
}

/** Whether Consul's anonymous token carries fedctl's policy. What else it carries is not fedctl's business. */
export function hasAnonymousPolicy(anonymous: GrantedToken | undefined): boolean {
  return (anonymous?.Policies ?? []).some(isAnonymousPolicy)
}

/** Whether that link of a token leads to fedctl's policy for the anonymous token. */
export function isAnonymousPolicy({Name}: {Name: string}): boolean {
  return Name.toLowerCase() === policyNames.anonymous
}

/** Whether Consul has that accessor with another secret than the workspace; false where the secret was not shown. */
export function hasOtherSecret(found: GrantedToken, secret: TokenSecret): boolean {
  return found.SecretID !== hiddenSecret && found.SecretID !== secret.secretId
}

/** The failure for a token whose secret the workspace does not hold. */
export function secretLost(name: string, accessorId: string): FedctlError {
  return new FedctlError(
    'acl.secret-lost',
    `the secret of token ${name} (accessor ${accessorId}) in the workspace is not the one that Consul has`,
    {
      suggestions: [
        'restore .fedctl/secrets.json from a backup',
        `or delete the token with \`consul acl token delete -id ${accessorId}\` and run the same command again: it is made anew with the secret of the workspace`,
      ],
    },
  )
}
