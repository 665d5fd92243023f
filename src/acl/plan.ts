import type {Federation} from '../federation/model.js'
import {desiredPolicies, desiredTokens, type PolicySpec, type TokenSpec} from './desired.js'
import {hasAnonymousPolicy, hasOtherSecret, policyDrift, secretLost, tokenDrift} from './drift.js'
import type {KnownTokens, ObservedAcl} from './observed.js'
import {policyNames} from './names.js'

/** One thing to do to the primary's ACLs. It holds no secret: tokens are named as in `Secrets`. */
export type AclChange =
  | {
      readonly action: 'create' | 'update'
      readonly kind: 'acl-policy'
      readonly policy: PolicySpec
      readonly summary: string
    }
  | {
      readonly action: 'create' | 'update'
      readonly kind: 'acl-token'
      readonly summary: string
      readonly token: TokenSpec
    }
  | {
      /** About Consul's anonymous token. */
      readonly action: 'attach' | 'detach'
      readonly kind: 'acl-token'
      readonly policyName: string
      readonly summary: string
    }

/**
 * What has to be done so that Consul has the policies and tokens of the federation, in this order; [] where nothing has to.
 * Policies come first, since tokens name them. Nothing is ever deleted.
 * @throws FedctlError `acl.secret-lost` where Consul has a token with another secret than the workspace.
 */
export function planAcl(federation: Federation, secrets: KnownTokens, observed: ObservedAcl): AclChange[] {
  if (!federation.acl.enabled) return []
  return [
    ...desiredPolicies(federation).flatMap((policy) => planPolicy(policy, observed)),
    ...desiredTokens(federation).flatMap((token) => planToken(token, secrets, observed)),
    ...planAnonymous(federation, observed),
  ]
}

function planPolicy(policy: PolicySpec, observed: ObservedAcl): AclChange[] {
  const found = observed.policies.find(({Name}) => Name.toLowerCase() === policy.name)
  const drift = policyDrift(policy, found)
  if (drift === 'none') return []
  const action = drift === 'missing' ? 'create' : 'update'
  return [{action, kind: 'acl-policy', policy, summary: `${action} policy ${policy.name}`}]
}

function planToken(token: TokenSpec, secrets: KnownTokens, observed: ObservedAcl): AclChange[] {
  const secret = secrets.knownToken(token.name)
  const found = observed.tokens.find(({AccessorID}) => AccessorID === secret?.accessorId)
  if (found && secret && hasOtherSecret(found, secret)) throw secretLost(token.name, secret.accessorId)
  const drift = tokenDrift(token, found)
  if (drift === 'none') return []
  const action = drift === 'missing' ? 'create' : 'update'
  const summary = `${action} token ${token.name} with ${token.policies.join(', ')}`
  return [{action, kind: 'acl-token', summary, token}]
}

function planAnonymous(federation: Federation, observed: ObservedAcl): AclChange[] {
  const wanted = federation.acl.anonymous === 'read'
  if (wanted === hasAnonymousPolicy(observed.anonymous)) return []
  const policyName = policyNames.anonymous
  return wanted
    ? [{action: 'attach', kind: 'acl-token', policyName, summary: `attach ${policyName} to the anonymous token`}]
    : [{action: 'detach', kind: 'acl-token', policyName, summary: `detach ${policyName} from the anonymous token`}]
}
