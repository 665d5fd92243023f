import {tokenSelf} from '../consul/api.js'
import type {ConsulClient} from '../consul/client.js'
import type {AclToken} from '../consul/types.js'
import {FedctlError} from '../errors/fedctl-error.js'
import {isAclOff, isMissing, isNotBootstrapped} from './refusals.js'

interface Call {
  readonly signal?: AbortSignal
}

/**
 * The token with that secret, or undefined where Consul knows none. The leader is asked.
 * @throws RequestError where there is no answer, and FedctlError `consul.refused` where the agent runs without ACLs.
 */
export async function tokenWithSecret(
  client: ConsulClient,
  secretId: string,
  call: Call = {},
): Promise<AclToken | undefined> {
  try {
    return await tokenSelf(client, {...call, token: secretId})
  } catch (error) {
    if (isAclOff(error)) throw aclOff(client, error)
    if (isMissing(error)) return undefined
    throw error
  }
}

/**
 * Makes sure that Consul knows the client's own token, so that later a refusal is about rights and a 403 `ACL not found` about what
 * was asked for.
 * @throws FedctlError `consul.refused` where there is no token, an unknown one, or no ACLs.
 */
export async function requireKnownToken(client: ConsulClient, call: Call = {}): Promise<void> {
  if (!client.access.token) {
    throw new FedctlError('consul.refused', `there is no token to send to ${client.access.url}`, {
      suggestions: tokenAdvice,
    })
  }
  try {
    await tokenSelf(client, call)
  } catch (error) {
    if (isAclOff(error)) throw aclOff(client, error)
    if (!isMissing(error)) throw error
    const found = isNotBootstrapped(error)
      ? `nobody has bootstrapped the ACLs at ${client.access.url} yet`
      : `Consul does not know the token that was sent to ${client.access.url}`
    throw new FedctlError('consul.refused', found, {cause: error, suggestions: tokenAdvice})
  }
}

/** The failure that says that an agent runs without ACLs although the federation file wants them. */
export function aclOff(client: ConsulClient, cause: unknown): FedctlError {
  return new FedctlError(
    'consul.refused',
    `ACLs are off at ${client.access.url}, and the federation file says that they are on`,
    {
      cause,
      suggestions: [
        'set acl.enabled = true in the configuration of that agent, or acl.enabled: false in the federation file',
      ],
    },
  )
}

const tokenAdvice = [
  'run `fedctl acl bootstrap` if the federation has no management token yet',
  'set CONSUL_HTTP_TOKEN or CONSUL_HTTP_TOKEN_FILE, or name the token as api.token in the federation file',
]
