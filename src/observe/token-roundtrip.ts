import {randomUUID} from 'node:crypto'

import {createProbeToken, removeProbeToken} from '../acl/probe-token.js'
import {isMissing} from '../acl/refusals.js'
import {type AclServer, onFirstReachable, withServers} from '../acl/servers.js'
import {tokenSelf} from '../consul/api.js'
import type {Credentials} from '../consul/access.js'
import {RequestError} from '../consul/request-error.js'
import type {Federation} from '../federation/model.js'
import {serversOf} from '../federation/selectors.js'
import type {Ports} from '../system/ports.js'
import {answered, failed, failedBy} from './answer.js'
import type {Answer, RoundtripServer, TokenRoundtrip} from './snapshot.js'

/** Milliseconds that replication may take for one token, there and away again. */
const withinMs = 30_000
const pauseMs = 250
const removalTimeoutMs = 1500

type Watched = Pick<Ports, 'clock' | 'signal'>

/**
 * Makes a token without rights in the primary, waits until every server of the secondaries knows it, removes it, and waits until none of
 * them does. It is removed whatever happens, also where the run is cancelled; nothing else is written.
 * @throws The reason of the signal once it is aborted, after the removal.
 */
export async function probeTokenRoundtrip(
  federation: Federation,
  credentials: Pick<Credentials, 'env' | 'secrets'>,
  ports: Watched,
): Promise<TokenRoundtrip> {
  return withServers(serversOf(federation), {...credentials, roles: ['management']}, async (servers) => {
    const primaries = servers.filter(({datacenter}) => datacenter === federation.primary)
    const others = servers.filter((server) => !primaries.includes(server))
    const secret = {accessorId: randomUUID(), secretId: randomUUID()}
    const {accessorId, secretId} = secret
    const {known, made, removed} = await whileThere(primaries, secret, ports, () =>
      onEach(others, (server) => waitUntil('known', server, secretId, ports)),
    )
    const gone = made.ok
      ? await onEach(others, (server) => waitUntil('gone', server, secretId, ports))
      : new Map<string, Answer<number>>()
    const notMade = failed('not-found', 'the token was not made')
    const server = ({id}: AclServer): RoundtripServer => ({
      gone: gone.get(id) ?? notMade,
      known: known?.get(id) ?? notMade,
    })
    return {accessorId, made, removed, servers: Object.fromEntries(others.map((other) => [other.id, server(other)]))}
  })
}

type Times = ReadonlyMap<string, Answer<number>>

interface Life {
  readonly known?: Times
  readonly made: Answer<number>
  readonly removed: Answer<boolean>
}

/** An answer that was lost leaves a token as well as one that came, so it is removed in every case. */
async function whileThere(
  primaries: readonly AclServer[],
  secret: {readonly accessorId: string; readonly secretId: string},
  {clock, signal}: Watched,
  work: () => Promise<Times>,
): Promise<Life> {
  const startedMs = clock.monotonicMs()
  try {
    await onFirstReachable(primaries, (client) => createProbeToken(client, secret, {signal}), signal)
    const made = answered(Math.round(clock.monotonicMs() - startedMs))
    const known = await work()
    return {known, made, removed: await remove(primaries, secret.accessorId)}
  } catch (error) {
    const removed = await remove(primaries, secret.accessorId)
    signal.throwIfAborted()
    return {made: failedBy(error), removed}
  }
}

/** Ctrl-C does not keep it from happening. */
async function remove(primaries: readonly AclServer[], accessorId: string): Promise<Answer<boolean>> {
  try {
    await onFirstReachable(primaries, (client) => removeProbeToken(client, accessorId, {timeoutMs: removalTimeoutMs}))
    return answered(true)
  } catch (error) {
    return failedBy(error)
  }
}

async function onEach(
  servers: readonly AclServer[],
  work: (server: AclServer) => Promise<Answer<number>>,
): Promise<Times> {
  return new Map(await Promise.all(servers.map(async (server) => [server.id, await work(server)] as const)))
}

/** Milliseconds until the server, asked for what it holds itself, knows the token, or does not know it any more. */
async function waitUntil(
  wanted: 'gone' | 'known',
  {client}: AclServer,
  secretId: string,
  {clock, signal}: Watched,
): Promise<Answer<number>> {
  const startedMs = clock.monotonicMs()
  for (;;) {
    const state = await ask(client, secretId, signal)
    const tookMs = Math.round(clock.monotonicMs() - startedMs)
    if (state === wanted) return answered(tookMs)
    if (typeof state !== 'string') return state
    if (tookMs >= withinMs)
      return failed('timeout', `still ${state === 'known' ? 'known' : 'unknown'} after ${withinMs / 1000} s`)
    await clock.sleep(pauseMs, signal)
  }
}

async function ask(client: AclServer['client'], secretId: string, signal: AbortSignal) {
  try {
    await tokenSelf(client, {signal, stale: true, token: secretId})
    return 'known'
  } catch (error) {
    if (isMissing(error)) return 'gone'
    if (error instanceof RequestError) return failedBy(error)
    throw error
  }
}
