import {tokenWithSecret} from '../acl/access-check.js'
import {aclPolicies, authorize} from '../consul/api.js'
import type {ConsulClient} from '../consul/client.js'
import {RequestError} from '../consul/request-error.js'
import type {Authorization} from '../consul/types.js'
import {FedctlError} from '../errors/fedctl-error.js'
import {denyingPolicy} from './denying-policy.js'

/** What has to be readable: Consul leaves the rest out of its lists, and what is in no export would be lost without a word. */
const needed: readonly Authorization[] = [
  {Access: 'write', Resource: 'acl'},
  {Access: 'read', Resource: 'intention'},
  {Access: 'read', Resource: 'keyring'},
  {Access: 'read', Resource: 'operator'},
  {Access: 'read', Resource: 'service'},
]

/**
 * Makes sure that the client's token is known to a datacenter that is on its own, and shows all that it holds.
 * @param name of the datacenter.
 * @throws FedctlError `token.missing` with what is wrong with it, and RequestError where there is no answer.
 */
export async function requireOwnToken(client: ConsulClient, name: string, signal: AbortSignal): Promise<void> {
  const secret = client.access.token
  const token = secret ? await tokenWithSecret(client, secret, {signal}) : undefined
  if (!token) throw tokenProblem(secret ? 'is not known there' : 'is missing', name)
  try {
    await aclPolicies(client, {signal})
    const refused = (await authorize(client, needed, {signal})).filter(({Allow}) => !Allow)
    if (refused.length > 0) throw tokenProblem(`lacks ${refused.map(rightText).join(', ')} there`, name)
    const denying = await denyingPolicy(client, token, signal)
    if (denying !== undefined) throw tokenProblem(`is denied something by its policy ${denying}`, name)
  } catch (error) {
    if (error instanceof RequestError && error.kind === 'forbidden')
      throw tokenProblem('may not read ACLs there (acl = "write")', name)
    throw error
  }
}

/** As it stands in rules: `keyring = "read"`, `service_prefix "" = "read"`. */
function rightText({Access, Resource}: Authorization): string {
  if (Resource === 'intention') return `intentions = "${Access}" for service_prefix ""`
  return `${Resource}${Resource === 'service' ? '_prefix ""' : ''} = "${Access}"`
}

/** The token while the datacenter is on its own; afterwards the primary's count. */
export function tokenProblem(problem: string, name: string): FedctlError {
  return new FedctlError('token.missing', `the token with which ${name} is asked ${problem}`, {
    suggestions: [
      `name a file that holds a management token of ${name} as it is now: --own-token-file FILE`,
      `one that may do everything there: acl, operator and keyring "write", and key, node and service to read, without a "deny" in any of its policies`,
    ],
  })
}
