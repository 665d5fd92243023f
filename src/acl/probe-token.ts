import type {ConsulClient, RequestOptions} from '../consul/client.js'
import type {AclToken} from '../consul/types.js'
import type {TokenSecret} from '../federation/secrets.js'
import {isMissing, isTaken} from './refusals.js'

type Call = Pick<RequestOptions, 'signal' | 'timeoutMs'>

/** What Consul is told to remove the token after, should nobody be left to do it. */
const lifetime = '15m'

/**
 * Makes a global token without any right, which Consul removes by itself in the end. Repetition is harmless. Needs `acl:write`.
 * @throws RequestError.
 */
export async function createProbeToken(client: ConsulClient, secret: TokenSecret, call: Call = {}): Promise<void> {
  try {
    await client.request<AclToken>('/v1/acl/token', {
      ...call,
      body: {
        AccessorID: secret.accessorId,
        Description: 'fedctl: probe of replication, removed at once',
        ExpirationTTL: lifetime,
        Local: false,
        SecretID: secret.secretId,
      },
      method: 'PUT',
    })
  } catch (error) {
    if (!isTaken(error)) throw error
  }
}

/** Removes that token; it may be gone already. @throws RequestError. */
export async function removeProbeToken(client: ConsulClient, accessorId: string, call: Call = {}): Promise<void> {
  try {
    await client.request(`/v1/acl/token/${accessorId}`, {...call, method: 'DELETE'})
  } catch (error) {
    if (!isMissing(error)) throw error
  }
}
