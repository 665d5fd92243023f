import {isMissing} from '../acl/refusals.js'
import {sameRules} from '../acl/same-rules.js'
import {aclPolicies, aclPolicy, configEntries, intentions} from '../consul/api.js'
import type {ConsulClient} from '../consul/client.js'
import type {AclPolicy, ConfigEntry, Intention} from '../consul/types.js'
import {contentDigest} from '../observe/config-entries.js'
import {entryBody, intentionDigest} from './compare.js'
import {sameGrants, sameName} from './grants.js'
import {type HeldRole, type HeldToken, intentionKey} from './holdings.js'
import type {Recreation} from './thing.js'

/**
 * Whether what the primary has under the name or accessor of a thing gives and says what the thing itself would: descriptions do not count.
 * @throws RequestError where it cannot be read.
 */
export async function isMadeAlike(
  client: ConsulClient,
  {body, key, what}: Recreation,
  signal: AbortSignal,
): Promise<boolean> {
  const call = {signal}
  switch (what) {
    case 'config entry': {
      const {Kind, Name} = body as ConfigEntry
      const there = (await configEntries(client, Kind, call)).find((entry) => entry.Name === Name)
      return there !== undefined && contentDigest(entryBody(there)) === contentDigest(body)
    }
    case 'intention': {
      const there = (await intentions(client, call)).find((one) => intentionKey(one) === key)
      return there !== undefined && intentionDigest(there) === intentionDigest(body as Intention)
    }
    case 'policy': {
      const named = (await aclPolicies(client, call)).find(({Name}) => sameName(Name, key))
      return named !== undefined && samePolicy(await aclPolicy(client, named.ID, call), body as unknown as AclPolicy)
    }
    case 'role': {
      const roles = await client.request<HeldRole[]>('/v1/acl/roles', call)
      const there = roles.find(({Name}) => sameName(Name, key))
      return there !== undefined && sameGrants(there, body)
    }
    case 'token': {
      const there = await tokenThere(client, key, signal)
      return there !== undefined && sameToken(there, body as unknown as HeldToken)
    }
  }
}

/** Undefined also where another token has the secret. */
async function tokenThere(client: ConsulClient, accessor: string, signal: AbortSignal): Promise<HeldToken | undefined> {
  try {
    return await client.request<HeldToken>(`/v1/acl/token/${accessor}`, {shape: 'token', signal})
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

function samePolicy(one: AclPolicy, other: AclPolicy): boolean {
  const scope = ({Datacenters}: AclPolicy) => JSON.stringify([...(Datacenters ?? [])].sort())
  return sameRules(one.Rules, other.Rules) && scope(one) === scope(other)
}

function sameToken(one: HeldToken, other: HeldToken): boolean {
  const expires = ({ExpirationTime}: HeldToken) => (ExpirationTime ? Date.parse(ExpirationTime) : 0)
  return (
    one.SecretID === other.SecretID &&
    one.Local === other.Local &&
    expires(one) === expires(other) &&
    sameGrants(one, other)
  )
}
