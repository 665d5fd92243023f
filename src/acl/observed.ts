import pMap from 'p-map'

import {aclPolicies, aclPolicy} from '../consul/api.js'
import type {ConsulClient} from '../consul/client.js'
import {type AclPolicy, anonymousAccessorId} from '../consul/types.js'
import type {Federation} from '../federation/model.js'
import type {Secrets} from '../federation/secrets.js'
import {requireKnownToken} from './access-check.js'
import {desiredPolicies, desiredTokens} from './desired.js'
import {type GrantedToken, readToken} from './endpoints.js'
import {policyNames} from './names.js'
import {isMissing} from './refusals.js'

/** What Consul has of what fedctl wants: nothing else is read. */
export interface ObservedAcl {
  /** Undefined where Consul has no anonymous token yet. */
  readonly anonymous: GrantedToken | undefined
  readonly policies: readonly AclPolicy[]
  readonly tokens: readonly GrantedToken[]
}

/** What `Secrets` has to offer to those who must not generate anything. */
export type KnownTokens = Pick<Secrets, 'knownToken'>

const requestsAtOnce = 8

/**
 * Reads the policies and tokens of a federation from its primary. The token needs `acl:read`, and `acl:write` to see secrets.
 * @throws RequestError; FedctlError `consul.refused` where Consul does not know the client's token.
 */
export async function observeAcl(
  client: ConsulClient,
  federation: Federation,
  secrets: KnownTokens,
  signal?: AbortSignal,
): Promise<ObservedAcl> {
  const call = signal ? {signal} : {}
  await requireKnownToken(client, call)
  const wanted = new Set([...desiredPolicies(federation).map(({name}) => name), policyNames.anonymous])
  const stubs = (await aclPolicies(client, call)).filter(({Name}) => wanted.has(Name.toLowerCase()))
  const accessors = desiredTokens(federation).flatMap(({name}) => secrets.knownToken(name)?.accessorId ?? [])
  const options = {concurrency: requestsAtOnce}
  const [policies, tokens, anonymous] = await Promise.all([
    pMap(stubs, async ({ID}) => ifThere(aclPolicy(client, ID, call)), options),
    pMap(accessors, async (accessor) => ifThere(readToken(client, accessor, call)), options),
    ifThere(readToken(client, anonymousAccessorId, call)),
  ])
  return {
    anonymous,
    policies: policies.filter((one) => one !== undefined),
    tokens: tokens.filter((one) => one !== undefined),
  }
}

/** The answer, or undefined where Consul says that there is no such thing. */
export async function ifThere<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}
