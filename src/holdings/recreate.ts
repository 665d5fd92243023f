import {isTaken} from '../acl/refusals.js'
import type {ConsulClient} from '../consul/client.js'
import {RequestError} from '../consul/request-error.js'
import {FedctlError} from '../errors/fedctl-error.js'
import {intentionKey} from './holdings.js'
import type {Recreation} from './thing.js'

/**
 * Makes one thing in the primary, through any of its servers. One that is there already is left as it is, so repetition is harmless.
 * @throws FedctlError `consul.refused` with what could not be made and why; RequestError where there is no answer.
 */
export async function recreate(
  client: ConsulClient,
  {body, key, what}: Recreation,
  signal: AbortSignal,
): Promise<void> {
  const call = {body, signal}
  try {
    switch (what) {
      case 'config entry':
        // An entry that somebody made in the meantime is not replaced.
        await client.request('/v1/config', {...call, method: 'PUT', query: {cas: '0'}})
        return
      case 'intention':
        if (!(await hasIntention(client, key, signal)))
          await client.request('/v1/connect/intentions', {...call, method: 'POST'})
        return
      case 'policy':
      case 'role':
      case 'token':
        await client.request(`/v1/acl/${what}`, {...call, method: 'PUT'})
    }
  } catch (error) {
    if (isTaken(error)) return
    if (!(error instanceof RequestError) || error.code !== 'consul.refused') throw error
    throw new FedctlError('consul.refused', `${what} ${key} cannot be made in the primary: ${error.message}`, {
      cause: error,
      suggestions: ['change or remove it where it is now, then run the same command again; nothing is lost yet'],
    })
  }
}

/** Before 1.9 two intentions between the same services are refused with a text of its own in each version. */
async function hasIntention(client: ConsulClient, key: string, signal: AbortSignal): Promise<boolean> {
  const there = await client.request<{DestinationName: string; SourceName: string}[]>('/v1/connect/intentions', {
    signal,
  })
  return there.some((intention) => intentionKey(intention) === key)
}
