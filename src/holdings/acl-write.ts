import {ruleTokens} from '../acl/same-rules.js'
import {sameName} from './grants.js'
import type {Grants, Holdings, Link} from './holdings.js'

/**
 * Whether rules let their holder write ACLs. In a secondary that shows the secrets of all global tokens, those of the primary's operators among them,
 * since a server answers from what was replicated and judges by its own datacenter (Consul agent/consul/acl_endpoint.go, TokenRead, 1.8–1.21).
 */
export function rulesWriteAcl(rules: string): boolean {
  const tokens = ruleTokens(rules).map((token) => token.replaceAll('"', '').toLowerCase())
  return tokens.some(
    (token, at) => token === 'acl' && /^[=:]$/.test(tokens[at + 1] ?? '') && tokens[at + 2] === 'write',
  )
}

/** Whether what is granted lets its holder write ACLs, by a policy or through a role. */
export function grantsWriteAcl({Policies, Roles}: Grants, own: Pick<Holdings, 'policies' | 'roles'>): boolean {
  const has = (links: readonly Link[] | null | undefined, name: string) =>
    (links ?? []).some(({Name}) => sameName(Name, name))
  return (
    own.policies.some(({Name, Rules}) => rulesWriteAcl(Rules) && has(Policies, Name)) ||
    own.roles.some((role) => has(Roles, role.Name) && grantsWriteAcl({Policies: role.Policies ?? []}, own))
  )
}
