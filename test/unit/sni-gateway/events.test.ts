import {describe, expect, it} from 'vitest'

import {eventLog, type GatewayEvent} from '../../../src/sni-gateway/events.js'
import {emptyTable} from '../../../src/sni-gateway/routes.js'

describe('eventLog', () => {
  const noRoute: GatewayEvent = {from: '127.42.1.1', kind: 'rejected', name: 'server.dc9.consul', reason: 'no-route'}

  function logAt() {
    const lines: string[] = []
    let now = Date.parse('2026-01-01T00:00:00Z')
    const log = eventLog((line) => lines.push(line), {
      monotonicMs: () => now,
      now: () => new Date(now),
      sleep: () => Promise.resolve(),
    })
    const pass = (ms: number) => {
      now += ms
    }
    return {lines, log, pass}
  }

  it('writes one line with the time', () => {
    const {lines, log} = logAt()
    log({datacenter: 'dc1', host: '127.42.1.21', kind: 'listening', port: 8443})
    expect(lines).toEqual(['2026-01-01T00:00:00.000Z listening on 127.42.1.21:8443 as a gateway of dc1'])
  })

  it('names servers and gateways of the routes', () => {
    const {lines, log} = logAt()
    const table = {
      ...emptyTable('dc1', 'consul'),
      gateways: new Map([['dc2', [{critical: true, host: '192.0.2.2', port: 443}]]]),
      servers: new Map([['dc1-s1', {critical: false, host: '127.42.1.1', port: 8300}]]),
    }
    log({kind: 'routes', table})
    expect(lines[0]).toContain('routes: dc1-s1 at 127.42.1.1:8300; dc2 via 192.0.2.2:443 (critical)')
  })

  it('writes one line a minute of what clients can cause, and says how many more there were', () => {
    const {lines, log, pass} = logAt()
    for (let count = 0; count < 5; count++) log(noRoute)
    pass(59_000)
    log(noRoute)
    expect(lines).toHaveLength(1)
    pass(2000)
    log(noRoute)
    expect(lines).toHaveLength(2)
    expect(lines[1]).toContain('(and 5 more like it before)')
  })

  it('keeps different reasons apart', () => {
    const {lines, log} = logAt()
    log(noRoute)
    log({from: '127.42.1.1', kind: 'rejected', reason: 'not-tls'})
    expect(lines).toHaveLength(2)
  })

  it('quotes names from the network, so that they cannot forge a line', () => {
    const {lines, log} = logAt()
    log({...noRoute, name: 'x\n2026-01-01T00:00:00Z stopped'})
    expect(lines).toHaveLength(1)
    expect(lines[0]).not.toContain('\n')
  })
})
