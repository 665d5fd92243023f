import {once} from 'node:events'
import {connect} from 'node:net'
import {request} from 'undici'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import type {GatewayEvent} from '../../../src/sni-gateway/events.js'
import {type RunOptions, runSniGateway} from '../../../src/sni-gateway/run.js'
import {systemClock} from '../../../src/system/clock.js'
import {host, type Listener, listener, until} from './running-gateway.js'
import {type StandInAgent, standInAgent} from './stand-in-agent.js'

describe('runSniGateway', () => {
  let agent: StandInAgent
  let taken: Listener
  let events: GatewayEvent[]

  beforeEach(async () => {
    agent = await standInAgent()
    taken = await listener(() => undefined)
    events = []
  })

  afterEach(async () => {
    await taken.close()
    await agent.close()
  })

  function run(signal: AbortSignal, overrides: Partial<RunOptions> = {}) {
    return runSniGateway({
      client: agent.client,
      clock: systemClock,
      datacenter: 'dc1',
      domain: 'consul',
      gateway: 'dc1/dc1-gw1',
      host,
      port: 0,
      report: (event) => events.push(event),
      signal,
      ...overrides,
    })
  }

  const listeningPort = () => events.flatMap((event) => (event.kind === 'listening' ? [event.port] : []))[0]

  it('listens until it is stopped, and tells what it has done', async () => {
    const stop = new AbortController()
    const running = run(stop.signal)
    await until(() => listeningPort() !== undefined)
    const client = connect({host, port: listeningPort() ?? 0})
    client.write('GET / HTTP/1.1\r\n\r\n')
    await once(client.resume(), 'close')
    stop.abort()
    expect(await running).toMatchObject({accepted: 1, active: 0, rejected: {'not-tls': 1}})
    expect(events.at(-1)).toMatchObject({counters: {accepted: 1}, kind: 'stopped'})
  })

  it('serves its status', async () => {
    const stop = new AbortController()
    const page = await listener(() => undefined)
    await page.close()
    const running = run(stop.signal, {status: page.target})
    await until(() => listeningPort() !== undefined)
    const {body} = await request(`http://${host}:${page.target.port}/`, {reset: true})
    expect(await body.json()).toMatchObject({listening: `${host}:${listeningPort()}`, schemaVersion: 1})
    stop.abort()
    await running
  })

  it('refuses a port that is taken, and asks Consul nothing more', async () => {
    await expect(run(new AbortController().signal, {port: taken.target.port})).rejects.toMatchObject({
      code: 'port.in-use',
    })
  })

  it('gives its port back where the status address is taken', async () => {
    const free = await listener(() => undefined)
    await free.close()
    const own = {port: free.target.port}
    const running = run(new AbortController().signal, {...own, status: taken.target})
    await expect(running).rejects.toMatchObject({code: 'port.in-use'})
    const stop = new AbortController()
    const again = run(stop.signal, own)
    await until(() => listeningPort() === own.port)
    stop.abort()
    await again
  })
})
