import {tokenSelf} from '../consul/api.js'
import {RequestError} from '../consul/request-error.js'
import {FedctlError} from '../errors/fedctl-error.js'
import type {Clock} from '../system/clock.js'
import {aclOff} from './access-check.js'
import {isAclOff, isMissing} from './refusals.js'
import type {AclServer} from './servers.js'

export interface WaitOptions {
  readonly clock: Clock
  /** Told the ids of the servers that are still waited for: when the first of them does not know the token, and whenever they become fewer. */
  readonly onWait?: (serverIds: readonly string[]) => void
  readonly signal?: AbortSignal
  /** Milliseconds until it is given up; 0 asks once. A request that is under way then is still awaited, for two seconds at most. */
  readonly withinMs: number
}

interface Failure {
  readonly answered: boolean
  readonly reason: string
  readonly server: AclServer
}

const pauseMs = 200
const longestRequestMs = 2000

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
  const {clock, onWait, withinMs} = options
  const stop = new AbortController()
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal
  const deadline = clock.monotonicMs() + withinMs
  const missing = new Set(servers.map(({id}) => id))
  let told = 0
  const tell = () => {
    if (missing.size > 0 && missing.size !== told) onWait?.([...missing])
    told = missing.size
  }

  /** Each server at its own pace: one that does not answer must not hold up the others. */
  const untilKnown = async (server: AclServer): Promise<Failure | undefined> => {
    for (;;) {
      const failure = await whyUnknown(server, token.secretId, signal)
      if (!failure) {
        missing.delete(server.id)
        if (told > 0) tell()
        return undefined
      }
      tell()
      const leftMs = deadline - clock.monotonicMs()
      if (leftMs <= 0) return failure
      await clock.sleep(Math.min(pauseMs, leftMs), signal)
    }
  }

  try {
    const failures = (await Promise.all(servers.map(untilKnown))).filter((failure) => failure !== undefined)
    if (failures.length > 0) throw stillUnknown(token.name, failures, withinMs)
  } finally {
    // Where one server made it fail for good, the others need not be asked any more.
    stop.abort()
  }
}

/** Undefined where the server knows the token. */
async function whyUnknown(server: AclServer, secretId: string, signal: AbortSignal): Promise<Failure | undefined> {
  try {
    await tokenSelf(server.client, {signal, stale: true, timeoutMs: longestRequestMs, token: secretId})
    return undefined
  } catch (error) {
    if (isAclOff(error)) throw aclOff(server.client, error)
    if (!(error instanceof RequestError)) throw error
    const answered = error.code === 'consul.refused'
    return {answered, reason: isMissing(error) ? 'does not know it' : error.message, server}
  }
}

function stillUnknown(name: string, failures: readonly Failure[], withinMs: number): FedctlError {
  const servers = failures.map(({reason, server}) => `${server.id} (${reason})`).join(', ')
  const code = failures.some(({answered}) => answered) ? 'consul.refused' : 'consul.unreachable'
  return new FedctlError(code, `after ${withinMs / 1000} s token ${name} is not known everywhere: ${servers}`, {
    suggestions: [
      'run `fedctl acl status` to see replication and which servers know which token',
      'see the log of those servers for ACL replication errors',
    ],
  })
}
