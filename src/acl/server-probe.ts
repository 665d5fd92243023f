import {randomUUID} from 'node:crypto'

import pMap from 'p-map'

import {tokenSelf} from '../consul/api.js'
import type {ConsulClient} from '../consul/client.js'
import {RequestError} from '../consul/request-error.js'
import {isAclOff, isMissing, isNotBootstrapped} from './refusals.js'
import type {AclServer} from './servers.js'

/** What one server knows by itself. */
export interface ServerProbe {
  readonly datacenter: string
  readonly id: string
  /** Names of the tokens that it knows. */
  readonly known: readonly string[]
  /** Why it is not `on`, in Consul's or the system's words. */
  readonly reason?: string
  /** `unbootstrapped`: ACLs are on and Consul says that nobody has bootstrapped them, which newer versions do and 1.8 does not. */
  readonly state: 'no-answer' | 'off' | 'on' | 'unbootstrapped'
  /** Names of the tokens that it does not know. */
  readonly unknown: readonly string[]
}

/** A token to ask for. */
export interface ProbedToken {
  readonly name: string
  readonly secretId: string
}

type Answer = 'known' | 'unknown' | RequestError

const requestsAtOnce = 8

/** Asks a server, and no leader in its place, which of these tokens it knows. */
export async function probeServer(
  {client, datacenter, id}: AclServer,
  tokens: readonly ProbedToken[],
  signal?: AbortSignal,
): Promise<ServerProbe> {
  const nothing = {datacenter, id, known: [], unknown: []}
  // A token that nobody can know: how it is refused tells the state of the ACLs.
  const first = await askFor(client, randomUUID(), signal)
  if (first instanceof RequestError) return {...nothing, reason: first.message, state: stateOf(first)}
  const answers = await pMap(
    tokens,
    async ({name, secretId}) => ({answer: await askFor(client, secretId, signal), name}),
    {concurrency: requestsAtOnce},
  )
  const named = (wanted: Answer) => answers.filter(({answer}) => answer === wanted).map(({name}) => name)
  return {datacenter, id, known: named('known'), state: 'on', unknown: named('unknown')}
}

async function askFor(client: ConsulClient, secretId: string, signal: AbortSignal | undefined): Promise<Answer> {
  try {
    await tokenSelf(client, {stale: true, token: secretId, ...(signal ? {signal} : {})})
    return 'known'
  } catch (error) {
    if (!(error instanceof RequestError)) throw error
    return isMissing(error) && !isNotBootstrapped(error) ? 'unknown' : error
  }
}

function stateOf(error: RequestError): ServerProbe['state'] {
  if (isAclOff(error)) return 'off'
  if (isNotBootstrapped(error)) return 'unbootstrapped'
  return 'no-answer'
}
