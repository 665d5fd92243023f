import {createServer, type Server, type Socket} from 'node:net'

import {type Counters, type Rejection, startCounting} from './counters.js'
import {dialFirst, socketOptions} from './dial.js'
import type {GatewayEvent} from './events.js'
import {joinSockets, untilClosed} from './join-sockets.js'
import {listen, portOf} from './listen.js'
import {readHello} from './read-hello.js'
import {routeFor, type RouteTable} from './routes.js'

export interface SniGatewayOptions {
  /** Milliseconds for one target to take a connection. Default 3000. */
  readonly connectTimeoutMs?: number
  /** Milliseconds that open connections get when the gateway is stopped. Default 2000: connections between servers never end by themselves. */
  readonly drainMs?: number
  /** Milliseconds for a client to send its ClientHello. Default 5000. */
  readonly helloTimeoutMs?: number
  readonly host: string
  /** Whether it has a route for a server name at all, whatever the routes say. Default: for every name. */
  readonly passes?: (name: string) => boolean
  /** 0 takes any free port. */
  readonly port: number
  readonly report: (event: GatewayEvent) => void
  /** The routes as they are now; asked for each connection. */
  readonly routes: () => RouteTable
  /** Stops the gateway. */
  readonly signal: AbortSignal
}

export interface SniGateway {
  /** Resolves once the gateway has stopped and every connection is closed. */
  readonly closed: Promise<void>
  readonly counters: () => Counters
  readonly port: number
}

const defaults = {connectTimeoutMs: 3000, drainMs: 2000, helloTimeoutMs: 5000, passes: () => true}

/**
 * Listens for TLS connections and passes each one on by its server name, unopened. Without a route it is closed at once, as Envoy does.
 * @throws FedctlError `port.in-use`, or `gateway.failed` where it cannot listen for another reason.
 */
export async function startSniGateway(options: SniGatewayOptions): Promise<SniGateway> {
  const counting = startCounting()
  const waiting = new Set<Socket>()
  const clients = new Set<Socket>()
  const sessions = new Set<Promise<void>>()
  const settings = {...defaults, ...options}
  let turn = 0

  const reject = (client: Socket, reason: Rejection, about: {name?: string; why?: string} = {}) => {
    counting.rejected(reason)
    if (reason !== 'closed-early') {
      settings.report({...about, from: client.remoteAddress ?? 'somebody who has gone', kind: 'rejected', reason})
    }
    client.destroy()
  }

  const serve = async (client: Socket) => {
    waiting.add(client)
    const hello = await readHello(client, settings.helloTimeoutMs)
    if (settings.signal.aborted) return
    if (hello.kind === 'rejected') return reject(client, hello.reason)
    const {head, name} = hello
    const targets = settings.passes(name) ? routeFor(name, settings.routes(), turn++) : []
    if (targets.length === 0) return reject(client, 'no-route', {name})
    const gone = new AbortController()
    client.once('close', () => gone.abort())
    const dialled = await dialFirst(targets, settings.connectTimeoutMs, gone.signal)
    waiting.delete(client)
    if (!dialled.ok) {
      if (gone.signal.aborted) return reject(client, 'closed-early')
      return reject(client, 'unreachable', {name, why: dialled.failures.join(', ')})
    }
    counting.passed()
    await joinSockets(client, dialled.socket, head)
  }

  const server = createServer(socketOptions, (client) => {
    clients.add(client)
    counting.accepted(client)
    // A broken connection closes itself after the error.
    client.on('error', () => client.destroy())
    client.once('close', () => {
      clients.delete(client)
      waiting.delete(client)
      counting.closed(client)
    })
    const session = serve(client)
      .then(() => untilClosed(client))
      .finally(() => sessions.delete(session))
    sessions.add(session)
  })
  await listen(server, settings.host, settings.port)
  server.on('error', (error) => settings.report({kind: 'listener-failed', why: error.message}))
  return {
    closed: untilStopped(server, settings, {clients, waiting}).then(async () => {
      await Promise.all(sessions)
    }),
    counters: () => counting.snapshot(),
    port: portOf(server),
  }
}

/** Waits for the signal, then accepts nothing more and gives the open connections their time. */
async function untilStopped(
  server: Server,
  {drainMs, report, signal}: SniGatewayOptions & {drainMs: number},
  {clients, waiting}: {clients: ReadonlySet<Socket>; waiting: ReadonlySet<Socket>},
): Promise<void> {
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, {once: true}))
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  for (const client of waiting) client.destroy()
  report({active: clients.size, kind: 'draining', withinMs: drainMs})
  const timer = setTimeout(() => clients.forEach((client) => client.destroy()), drainMs)
  await closed
  clearTimeout(timer)
}
