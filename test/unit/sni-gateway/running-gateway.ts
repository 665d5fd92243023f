import {once} from 'node:events'
import {type AddressInfo, connect, createServer, type Socket} from 'node:net'

import type {GatewayEvent} from '../../../src/sni-gateway/events.js'
import {emptyTable, type RouteTable, type Target} from '../../../src/sni-gateway/routes.js'
import {type SniGateway, type SniGatewayOptions, startSniGateway} from '../../../src/sni-gateway/server.js'

export const host = '127.42.0.2'

export interface RunningGateway extends SniGateway {
  readonly events: GatewayEvent[]
  readonly stop: () => void
}

/** A gateway of dc1 whose only other datacenter is dc2, with these targets. */
export async function runningGateway(
  targets: readonly Target[],
  overrides: Partial<SniGatewayOptions> = {},
): Promise<RunningGateway> {
  const stopping = new AbortController()
  const events: GatewayEvent[] = []
  const table: RouteTable = {...emptyTable('dc1', 'consul'), gateways: new Map([['dc2', targets]])}
  const gateway = await startSniGateway({
    host,
    port: 0,
    report: (event) => events.push(event),
    routes: () => table,
    signal: stopping.signal,
    ...overrides,
  })
  return {...gateway, events, stop: () => stopping.abort()}
}

export interface Listener {
  readonly close: () => Promise<void>
  readonly target: Target
}

/** A TCP server that hands over each connection. */
export async function listener(onConnection: (socket: Socket) => void): Promise<Listener> {
  const sockets: Socket[] = []
  const server = createServer({allowHalfOpen: true}, (socket) => {
    sockets.push(socket)
    socket.on('error', () => socket.destroy())
    onConnection(socket)
  })
  server.listen(0, host)
  await once(server, 'listening')
  const {port} = server.address() as AddressInfo
  return {
    target: {critical: false, host, port},
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      }),
  }
}

/** A target that refuses connections: its port was free a moment ago. */
export async function refusingTarget(): Promise<Target> {
  const closed = await listener(() => undefined)
  await closed.close()
  return closed.target
}

export async function connected(port: number): Promise<Socket> {
  const socket = connect({allowHalfOpen: true, host, port})
  await once(socket, 'connect')
  socket.on('error', () => socket.destroy())
  return socket
}

/** Everything that comes in until the other side ends or breaks the connection. */
export async function readAll(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  await new Promise((resolve) => socket.once('end', resolve).once('close', resolve))
  return Buffer.concat(chunks)
}

/** Waits until a condition holds. @throws after five seconds. */
export async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 5000
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`not within five seconds: ${condition.toString()}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
