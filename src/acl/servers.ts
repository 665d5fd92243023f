import pRetry from 'p-retry'

import {type Credentials, openClient} from '../consul/access.js'
import type {ConsulClient} from '../consul/client.js'
import type {RequestError} from '../consul/request-error.js'
import {FedctlError} from '../errors/fedctl-error.js'
import type {Agent} from '../federation/model.js'
import {isNoAnswer, isPassing} from './refusals.js'

/** A server and the way to its API. */
export interface AclServer {
  readonly client: ConsulClient
  readonly datacenter: string
  /** `<datacenter>/<name>`. */
  readonly id: string
}

const electionRetries = 4
const electionPauseMs = 500

/**
 * Opens clients for these servers, gives them to `work`, and closes them.
 * @throws FedctlError `file.unreadable` where a certificate or token file cannot be read.
 */
export async function withServers<T>(
  servers: readonly Agent[],
  credentials: Credentials,
  work: (servers: AclServer[]) => Promise<T>,
): Promise<T> {
  const opened = await Promise.all(
    servers.map(async ({api, datacenter, id}) => ({client: await openClient(api, credentials), datacenter, id})),
  )
  try {
    return await work(opened)
  } finally {
    await Promise.all(opened.map(({client}) => client.close()))
  }
}

/**
 * What `work` returns with the first server that answers; one without a usable answer, or without a leader, is passed over.
 * `work` may run more than once, also where an answer was lost on the way, so it has to bear repetition.
 * Where no server knows a leader, it is repeated for some seconds.
 * @throws FedctlError `consul.unreachable` that names every server and its reason, and whatever else `work` throws.
 */
export async function onFirstReachable<T>(
  servers: readonly AclServer[],
  work: (client: ConsulClient) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  return pRetry(() => firstAnswer(servers, work), {
    minTimeout: electionPauseMs,
    retries: electionRetries,
    shouldRetry: ({error}) => isPassing(error),
    ...(signal ? {signal} : {}),
  })
}

async function firstAnswer<T>(servers: readonly AclServer[], work: (client: ConsulClient) => Promise<T>): Promise<T> {
  const silent: RequestError[] = []
  for (const {client} of servers) {
    try {
      return await work(client)
    } catch (error) {
      if (!isNoAnswer(error) && !isPassing(error)) throw error
      silent.push(error)
    }
  }
  const leaderless = silent.find((error) => isPassing(error))
  if (leaderless) throw leaderless
  throw new FedctlError(
    'consul.unreachable',
    `no server of ${[...new Set(servers.map(({datacenter}) => datacenter))].join(', ')} answers: ${silent.map((error) => error.message).join('; ')}`,
    {cause: silent[0], suggestions: silent[0]?.suggestions ?? []},
  )
}
