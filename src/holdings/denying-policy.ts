import pMap from 'p-map'

import {ruleTokens} from '../acl/same-rules.js'
import {aclPolicy} from '../consul/api.js'
import type {ConsulClient} from '../consul/client.js'
import type {Grants, HeldRole} from './holdings.js'

const atOnce = 4

/**
 * Name of a policy that denies anything to whoever is granted this, directly or through a role; undefined where none does. The rule with the longest
 * name counts, and among those a denial: a question about the empty prefix does not tell (Consul acl/policy_authorizer.go and policy_merger.go, 1.8–1.21).
 * @throws RequestError.
 */
export async function denyingPolicy(
  client: ConsulClient,
  {Policies, Roles}: Grants,
  signal: AbortSignal,
): Promise<string | undefined> {
  const call = {signal}
  const roles = await pMap(
    (Roles ?? []).flatMap(({ID}) => ID ?? []),
    (id) => client.request<HeldRole>(`/v1/acl/role/${id}`, call),
    {concurrency: atOnce},
  )
  const links = [...(Policies ?? []), ...roles.flatMap((role) => role.Policies ?? [])]
  const ids = [...new Set(links.flatMap(({ID}) => ID ?? []))]
  const policies = await pMap(ids, (id) => aclPolicy(client, id, call), {concurrency: atOnce})
  return policies.find(({Rules}) => rulesDeny(Rules))?.Name
}

function rulesDeny(rules: string): boolean {
  const tokens = ruleTokens(rules).map((token) => token.replaceAll('"', '').toLowerCase())
  return tokens.some((token, at) => token === 'deny' && /^[=:]$/.test(tokens[at - 1] ?? ''))
}
