import {request} from 'undici'
import {describe, expect, it} from 'vitest'

import {startCounting} from '../../../src/sni-gateway/counters.js'
import {parseStatusAddress, serveStatus} from '../../../src/sni-gateway/status-page.js'

describe('parseStatusAddress', () => {
  it.each([
    ['127.0.0.1:19000', {host: '127.0.0.1', port: 19_000}],
    ['127.42.1.21:80', {host: '127.42.1.21', port: 80}],
    ['localhost:19000', {host: 'localhost', port: 19_000}],
    ['[::1]:19000', {host: '::1', port: 19_000}],
  ])('reads %s', (text, expected) => {
    expect(parseStatusAddress(text)).toEqual(expected)
  })

  it.each(['10.0.0.1:80', '0.0.0.0:19000', '127.0.0.1', 'example.org:80', ':19000', '127.0.0.1:70000', ''])(
    'refuses %j',
    (text) => {
      expect(() => parseStatusAddress(text)).toThrow(/is not a loopback address with a port/)
    },
  )
})

describe('serveStatus', () => {
  it('answers with the status of the moment, and to GET alone, until it is stopped', async () => {
    const stop = new AbortController()
    const counting = startCounting()
    const status = () => ({
      counters: counting.snapshot(),
      datacenter: 'dc1',
      gateway: 'dc1/dc1-gw1',
      listening: '127.42.1.21:8443',
      routes: {gateways: {}, servers: {}},
      schemaVersion: 1 as const,
      since: '2026-01-01T00:00:00.000Z',
    })
    const {closed, port} = await serveStatus({host: '127.42.0.4', port: 0}, status, stop.signal)
    const url = `http://127.42.0.4:${port}/`
    counting.rejected('no-route')
    const {body} = await request(url, {reset: true})
    expect(await body.json()).toMatchObject({counters: {rejected: {'no-route': 1}}, gateway: 'dc1/dc1-gw1'})
    expect((await request(url, {method: 'POST', reset: true})).statusCode).toBe(405)
    stop.abort()
    await closed
    await expect(request(url)).rejects.toThrow()
  })
})
