import type {TokenRole} from '../consul/access.js'
import type {Federation} from '../federation/model.js'
import {agentsOf} from '../federation/selectors.js'
import type {Secrets} from '../federation/secrets.js'
import type {Ports} from '../system/ports.js'

const roles: readonly TokenRole[] = ['management', 'verifier', 'gateway']

/** Says that a token of the environment stands in for the workspace's: one that was forgotten there explains many a refusal. */
export function sayWhoseToken(
  federation: Federation,
  secrets: Pick<Secrets, 'knownToken'>,
  {env, talk}: Pick<Ports, 'env' | 'talk'>,
): void {
  const variable = ['CONSUL_HTTP_TOKEN', 'CONSUL_HTTP_TOKEN_FILE'].find((name) => env[name])
  const isUsed = federation.datacenters.flatMap(agentsOf).some(({api}) => api.token.from === 'default')
  const hasOwn = roles.some((role) => secrets.knownToken(role) !== undefined)
  if (variable && isUsed && hasOwn) talk(`the token of ${variable} is used, not that of the workspace`)
}
