import pMap from 'p-map'

import {tokenSelf} from '../consul/api.js'
import {RequestError} from '../consul/request-error.js'
import {FedctlError} from '../errors/fedctl-error.js'
import type {Clock} from '../system/clock.js'
import {aclOff} from './access-check.js'
import {isAclOff, isMissing} from './refusals.js'
import type {AclServer} from './servers.js'

export interface WaitOptions {
  readonly clock: Clock
  /** Told the ids of the servers that are still waited for, whenever they become fewer, and once at first. */
  readonly onWait?: (serverIds: readonly string[]) => void
  readonly signal?: AbortSignal
  /** Milliseconds until it is given up. */
  readonly withinMs: number
}

interface Waiting {
  readonly answered: boolean
  readonly reason: string
  readonly server: AclServer
}

const pauseMs = 200
const longestRequestMs = 2000
const requestsAtOnce = 16

/**
 * Waits until every one of these servers knows a token by itself: the question is answered from the asked server's own copy (`?stale`),
 * where without that the leader would answer for it.
 * @throws FedctlError `consul.refused` that names the servers that still do not know it, `consul.unreachable` where none of those answers.
 */
export async function waitForToken(
  servers: readonly AclServer[],
  token: {readonly name: string; readonly secretId: string},
  options: WaitOptions,
): Promise<void> {
  const deadline = options.clock.now().getTime() + options.withinMs
  let remaining = servers
  let told: number | undefined
  for (;;) {
    const waiting = await stillUnknown(remaining, token.secretId, options.signal)
    if (waiting.length === 0) return
    remaining = waiting.map(({server}) => server)
    const leftMs = deadline - options.clock.now().getTime()
    if (leftMs <= 0) throw stillWaiting(token.name, waiting, options.withinMs)
    if (waiting.length !== told) options.onWait?.(remaining.map(({id}) => id))
    told = waiting.length
    await options.clock.sleep(Math.min(pauseMs, leftMs), options.signal)
  }
}

async function stillUnknown(
  servers: readonly AclServer[],
  secretId: string,
  signal: AbortSignal | undefined,
): Promise<Waiting[]> {
  const answers = await pMap(servers, async (server) => whyUnknown(server, secretId, signal), {
    concurrency: requestsAtOnce,
  })
  return answers.filter((answer) => answer !== undefined)
}

/** Undefined where the server knows the token. */
async function whyUnknown(
  server: AclServer,
  secretId: string,
  signal: AbortSignal | undefined,
): Promise<undefined | Waiting> {
  try {
    await tokenSelf(server.client, {
      stale: true,
      timeoutMs: longestRequestMs,
      token: secretId,
      ...(signal ? {signal} : {}),
    })
    return undefined
  } catch (error) {
    if (isAclOff(error)) throw aclOff(server.client, error)
    if (!(error instanceof RequestError)) throw error
    const answered = error.code === 'consul.refused'
    return {answered, reason: isMissing(error) ? 'does not know it' : error.message, server}
  }
}

function stillWaiting(name: string, waiting: readonly Waiting[], withinMs: number): FedctlError {
  const servers = waiting.map(({reason, server}) => `${server.id} (${reason})`).join(', ')
  const code = waiting.some(({answered}) => answered) ? 'consul.refused' : 'consul.unreachable'
  return new FedctlError(code, `after ${withinMs / 1000} s token ${name} is not known everywhere: ${servers}`, {
    suggestions: [
      'run `fedctl acl status` to see replication and which servers know which token',
      'see the log of those servers for ACL replication errors',
    ],
  })
}
