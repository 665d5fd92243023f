import {createServer, type RequestListener, type Server} from 'node:http'
import type {AddressInfo} from 'node:net'
import {tmpdir} from 'node:os'

import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import {Secrets} from '../../../src/federation/secrets.js'
import type {RunbookContext} from '../../../src/runbooks/context.js'
import {watchLink} from '../../../src/runbooks/link-watch.js'
import {type Clock, systemClock} from '../../../src/system/clock.js'
import {aDatacenter, aServer} from '../../fixtures/federation.js'

describe('the watch on a link', () => {
  let server: Server
  let answer: RequestListener
  let asked: number
  let controller: AbortController

  beforeEach(async () => {
    asked = 0
    controller = new AbortController()
    server = createServer((request, response) => {
      asked += 1
      answer(request, response)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  })

  afterEach(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })

  const watch = async (clock: Clock = systemClock) => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const of = (name: string) => [aServer(name, `${name}-s1`, '127.0.0.1', {api: {token: {from: 'workspace'}, url}})]
    const ports = {clock, env: {}, signal: controller.signal, talk: () => undefined}
    const secrets = await Secrets.load(tmpdir())
    const [one, other] = [aDatacenter(1, {servers: of('dc1')}), aDatacenter(2, {servers: of('dc2')})]
    return watchLink([[one, other]], {ports, secrets} as unknown as RunbookContext)
  }
  const untilAsked = async (times: number) => expect.poll(() => asked, {timeout: 10_000}).toBeGreaterThanOrEqual(times)

  it.each([
    ['null', 'an answer that is no catalog'],
    ['', 'an answer that is no catalog'],
    ['[]', 'an answer that is no catalog'],
    ['{}', 'an empty catalog'],
  ])('counts the answer %j as a loss, and says why', async (body, reason) => {
    answer = (_, response) => response.end(body)
    const running = await watch()
    await untilAsked(4)
    const [report] = await running.stop()
    expect(report).toMatchObject({asked: report?.lost, from: 'dc1', reason, to: 'dc2'})
    expect(report?.lostForMs).toBeGreaterThan(0)
  })

  it('counts a catalog as an answer', async () => {
    answer = (_, response) => response.end('{"consul": []}')
    const running = await watch()
    await untilAsked(2)
    expect(await running.stop()).toMatchObject([
      {lost: 0, lostForMs: 0},
      {lost: 0, lostForMs: 0},
    ])
  })

  it('counts as lost, in its own direction, what cannot be asked since nothing is answered', async () => {
    answer = ({url}, response) => {
      if (url?.includes('dc=dc1')) response.end('{"consul": []}')
    }
    const quick = {...systemClock, sleep: (_: number, signal?: AbortSignal) => systemClock.sleep(5, signal)}
    const running = await watch(quick)
    await untilAsked(200)
    controller.abort(new Error('cancelled'))
    const [there, back] = await running.stop()
    expect(there).toMatchObject({lost: (there?.asked ?? 0) - 40, to: 'dc2'})
    expect(back).toMatchObject({asked: there?.asked, lost: 0, to: 'dc1'})
  })

  it('ends at once with the run, and counts no loss for that', async () => {
    answer = () => undefined
    const running = await watch()
    await untilAsked(2)
    const startedMs = performance.now()
    controller.abort(new Error('cancelled'))
    expect(await running.stop()).toMatchObject([{lost: 0}, {lost: 0}])
    expect(performance.now() - startedMs).toBeLessThan(5000)
  })
})
