import {randomBytes} from 'node:crypto'
import type {Socket} from 'node:net'
import {afterEach, beforeAll, describe, expect, it} from 'vitest'

import {emptyTable, type Target} from '../../../src/sni-gateway/routes.js'
import {type SniGatewayOptions, startSniGateway} from '../../../src/sni-gateway/server.js'
import {capturedHello} from './captured-hello.js'
import {
  connected,
  host,
  listener,
  readAll,
  refusingTarget,
  type RunningGateway,
  runningGateway,
  until,
} from './running-gateway.js'

const servername = 'dc2-s1.server.dc2.consul'

describe('the SNI gateway', () => {
  let hello: Buffer
  const cleanups: (() => Promise<unknown>)[] = []

  beforeAll(async () => {
    hello = await capturedHello({servername})
  })

  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
  })

  async function target(onConnection: (socket: Socket) => void): Promise<Target> {
    const made = await listener(onConnection)
    cleanups.push(() => made.close())
    return made.target
  }

  async function gateway(
    targets: readonly Target[],
    overrides: Partial<SniGatewayOptions> = {},
  ): Promise<RunningGateway> {
    const made = await runningGateway(targets, {drainMs: 50, ...overrides})
    cleanups.push(async () => {
      made.stop()
      await made.closed
    })
    return made
  }

  it('passes on everything, beginning with the ClientHello, and everything that comes back', async () => {
    const {counters, port} = await gateway([await target((socket) => socket.pipe(socket))])
    const client = await connected(port)
    client.end(Buffer.concat([hello, Buffer.from('and more')]))
    const sent = hello.length + 8
    expect(await readAll(client)).toEqual(Buffer.concat([hello, Buffer.from('and more')]))
    await until(() => counters().active === 0)
    expect(counters()).toMatchObject({accepted: 1, bytesFromClients: sent, bytesToClients: sent, passed: 1})
  })

  it('passes on a ClientHello that drips byte by byte', async () => {
    const {port} = await gateway([await target((socket) => socket.pipe(socket))])
    const client = await connected(port)
    client.setNoDelay(true)
    for (const byte of hello) await new Promise((resolve) => client.write(Buffer.from([byte]), resolve))
    client.end()
    expect(await readAll(client)).toEqual(hello)
  })

  it('carries much data both ways at once without loss', async () => {
    const {port} = await gateway([await target((socket) => socket.pipe(socket))])
    const client = await connected(port)
    const data = Buffer.concat([hello, randomBytes(8_000_000)])
    client.end(data)
    expect((await readAll(client)).equals(data)).toBe(true)
  })

  it('stops reading while the other side does not', async () => {
    const {counters, port} = await gateway([await target((socket) => socket.pause())])
    const client = await connected(port)
    client.write(Buffer.concat([hello, Buffer.alloc(64_000_000)]))
    let before = -1
    await until(() => {
      const now = counters().bytesFromClients
      const settled = now > hello.length && now === before
      before = now
      return settled && client.writableLength > 0
    })
    expect(counters().bytesFromClients).toBeLessThan(32_000_000)
    client.destroy()
  })

  it('lets a side that has finished still hear the answer', async () => {
    const answering = await target((socket) => {
      socket.resume().once('end', () => socket.end('answer after the end'))
    })
    const {counters, port} = await gateway([answering])
    const client = await connected(port)
    client.end(hello)
    expect((await readAll(client)).toString()).toBe('answer after the end')
    await until(() => counters().active === 0)
  })

  it('closes the client when the target breaks the connection', async () => {
    const {counters, port} = await gateway([
      await target((socket) => socket.once('data', () => socket.resetAndDestroy())),
    ])
    const client = await connected(port)
    client.write(hello)
    await readAll(client)
    await until(() => counters().active === 0)
  })

  it('closes the target when the client breaks the connection', async () => {
    let ended = 0
    const {counters, port} = await gateway([await target((socket) => socket.resume().once('end', () => ended++))])
    const client = await connected(port)
    client.write(hello)
    await until(() => counters().passed === 1)
    client.resetAndDestroy()
    await until(() => ended === 1)
  })

  it('tries the next target where one refuses', async () => {
    const {counters, port} = await gateway([await refusingTarget(), await target((socket) => socket.pipe(socket))])
    for (let turn = 0; turn < 2; turn++) {
      const client = await connected(port)
      client.end(hello)
      expect(await readAll(client)).toEqual(hello)
    }
    expect(counters()).toMatchObject({passed: 2, rejected: {unreachable: 0}})
  })

  it('closes the connection where no target answers, and says which', async () => {
    const refusing = await refusingTarget()
    const {counters, events, port} = await gateway([refusing])
    const client = await connected(port)
    client.write(hello)
    expect(await readAll(client)).toHaveLength(0)
    expect(counters().rejected.unreachable).toBe(1)
    const why = `${refusing.host}:${refusing.port}: ECONNREFUSED`
    expect(events).toMatchObject([{kind: 'rejected', name: servername, reason: 'unreachable', why}])
  })

  it.each([
    ['not-tls', () => Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    ['no-route', async () => capturedHello({servername: 'server.dc9.consul'})],
    ['no-name', async () => capturedHello({servername: ''})],
    ['too-long', () => Buffer.from([22, 3, 1, 1, 0, 1, 255, 255, 255])],
  ] as const)('closes a connection at once and counts it as %s', async (reason, bytes) => {
    const {counters, events, port} = await gateway([await target((socket) => socket.pipe(socket))])
    const client = await connected(port)
    client.write(await bytes())
    expect(await readAll(client)).toHaveLength(0)
    expect(counters()).toMatchObject({passed: 0, rejected: {[reason]: 1}})
    expect(events).toMatchObject([{kind: 'rejected', reason}])
  })

  it('has no route for a name that it is not to pass, whatever the routes say', async () => {
    const {counters, port} = await gateway([await target((socket) => socket.pipe(socket))], {
      passes: (name) => name !== servername,
    })
    const client = await connected(port)
    client.write(hello)
    expect(await readAll(client)).toHaveLength(0)
    expect(counters()).toMatchObject({passed: 0, rejected: {'no-route': 1}})
  })

  it('closes a connection that does not say enough in time, even if it keeps talking', async () => {
    const {counters, port} = await gateway([], {helloTimeoutMs: 60})
    const [silent, slow] = await Promise.all([connected(port), connected(port)])
    let at = 0
    const dripping = setInterval(() => slow.write(hello.subarray(at, ++at)), 10)
    try {
      await Promise.all([readAll(silent), readAll(slow)])
    } finally {
      clearInterval(dripping)
    }
    expect(counters().rejected['hello-timeout']).toBe(2)
  })

  it('counts connections that end without a word, as Consul’s TCP check makes them, and does not report them', async () => {
    const {counters, events, port} = await gateway([])
    const client = await connected(port)
    client.end()
    await until(() => counters().rejected['closed-early'] === 1)
    expect(events).toEqual([])
  })

  it('refuses a port that is taken', async () => {
    const {port} = await gateway([])
    await expect(runningGateway([], {port})).rejects.toMatchObject({code: 'port.in-use', exitCode: 4})
  })

  it('refuses an address that this machine does not have', async () => {
    await expect(runningGateway([], {host: '192.0.2.1'})).rejects.toMatchObject({code: 'gateway.failed', exitCode: 4})
  })

  it('accepts nothing more once it is stopped, and lets open connections end', async () => {
    const {closed, counters, port, stop} = await gateway([await target((socket) => socket.pipe(socket))], {
      drainMs: 10_000,
    })
    const client = await connected(port)
    client.write(hello)
    await until(() => counters().passed === 1)
    stop()
    await expect(connected(port)).rejects.toMatchObject({code: 'ECONNREFUSED'})
    client.end('last words')
    expect((await readAll(client)).subarray(hello.length).toString()).toBe('last words')
    await closed
    expect(counters()).toMatchObject({accepted: 1, active: 0})
  })

  it('closes what is still open when the time to end is over, and what has not said where to at once', async () => {
    const {closed, counters, events, port, stop} = await gateway([await target((socket) => socket.pipe(socket))])
    const [open, silent] = await Promise.all([connected(port), connected(port)])
    open.write(hello)
    await until(() => counters().passed === 1 && counters().accepted === 2)
    stop()
    await Promise.all([readAll(open), readAll(silent), closed])
    expect(counters().active).toBe(0)
    expect(events).toEqual([{active: 2, kind: 'draining', withinMs: 50}])
  })

  it('does not stay open for a signal that was given before it began', async () => {
    const {closed} = await startSniGateway({
      host,
      port: 0,
      report: () => undefined,
      routes: () => emptyTable('dc1', 'consul'),
      signal: AbortSignal.abort(),
    })
    await closed
  })
})
