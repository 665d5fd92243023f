import {isTaken} from '../acl/refusals.js'
import {intentions} from '../consul/api.js'
import type {ConsulClient} from '../consul/client.js'
import {RequestError} from '../consul/request-error.js'
import {FedctlError} from '../errors/fedctl-error.js'
import {intentionKey} from './holdings.js'
import {isMadeAlike} from './made-alike.js'
import type {Recreation} from './thing.js'

/**
 * Makes one thing in the primary, through any of its servers. One that is there already is left as it is, so repetition is harmless, and has to be the same:
 * what somebody made there since both sides were compared may give other rights, and whatever is linked to it by name would have them.
 * @throws FedctlError `consul.refused` with what could not be made and why; RequestError where there is no answer.
 */
export async function recreate(client: ConsulClient, recreation: Recreation, signal: AbortSignal): Promise<void> {
  if (await isMade(client, recreation, signal)) return
  if (await isMadeAlike(client, recreation, signal)) return
  throw notMade(recreation, 'somebody has made another one there since both sides were compared')
}

/** False where there is one already. */
async function isMade(client: ConsulClient, recreation: Recreation, signal: AbortSignal): Promise<boolean> {
  const {body, key, what} = recreation
  const call = {body, signal}
  try {
    switch (what) {
      case 'config entry':
        // One that is there is not replaced: Consul answers `false` (Consul agent/config_endpoint.go, ConfigApply, 1.8–1.21).
        return (await client.request('/v1/config', {...call, method: 'PUT', query: {cas: '0'}})) !== false
      case 'intention':
        if (await hasIntention(client, key, signal)) return false
        await client.request('/v1/connect/intentions', {...call, method: 'POST'})
        return true
      case 'policy':
      case 'role':
      case 'token':
        await client.request(`/v1/acl/${what}`, {...call, method: 'PUT'})
        return true
    }
  } catch (error) {
    if (isTaken(error)) return false
    if (!(error instanceof RequestError) || error.code !== 'consul.refused') throw error
    throw notMade(recreation, error.message, error)
  }
}

function notMade({key, what}: Recreation, reason: string, cause?: RequestError): FedctlError {
  return new FedctlError('consul.refused', `${what} ${key} cannot be made in the primary: ${reason}`, {
    cause,
    suggestions: ['change or remove it where it is now, then run the same command again; nothing is lost yet'],
  })
}

/** Before 1.9 two intentions between the same services are refused with a text of its own in each version. */
async function hasIntention(client: ConsulClient, key: string, signal: AbortSignal): Promise<boolean> {
  return (await intentions(client, {signal})).some((intention) => intentionKey(intention) === key)
}
