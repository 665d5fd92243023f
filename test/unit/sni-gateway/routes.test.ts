import fc from 'fast-check'
import {describe, expect, it} from 'vitest'

import {emptyTable, routeFor, type RouteTable, type Target} from '../../../src/sni-gateway/routes.js'

const target = (host: string, port: number, critical = false): Target => ({critical, host, port})
const s1 = target('127.42.1.1', 8300)
const s2 = target('127.42.1.2', 8300)
const gw2 = target('192.0.2.21', 8443)
const gw3 = target('192.0.2.22', 8443)

const table: RouteTable = {
  datacenter: 'dc1',
  domain: 'consul',
  gateways: new Map([['dc2', [gw2, gw3]]]),
  servers: new Map([
    ['dc1-s1', s1],
    ['dc1-s2', s2],
  ]),
}

describe('routeFor', () => {
  it('passes the name of a server to that server', () => {
    expect(routeFor('dc1-s2.server.dc1.consul', table)).toEqual([s2])
  })

  it('passes the name of the own datacenter to its servers in turn', () => {
    expect(routeFor('server.dc1.consul', table, 0)).toEqual([s1, s2])
    expect(routeFor('server.dc1.consul', table, 1)).toEqual([s2, s1])
    expect(routeFor('server.dc1.consul', table, 2)).toEqual([s1, s2])
  })

  it.each(['server.dc2.consul', 'dc2-s1.server.dc2.consul', 'a.b.server.dc2.consul'])(
    'passes %s to the gateways of that datacenter in turn',
    (name) => {
      expect(routeFor(name, table, 0)).toEqual([gw2, gw3])
      expect(routeFor(name, table, 1)).toEqual([gw3, gw2])
    },
  )

  it('does not tell upper from lower case', () => {
    expect(routeFor('DC1-S1.Server.DC1.Consul', table)).toEqual([s1])
  })

  it.each([
    'dc1-s9.server.dc1.consul',
    'server.dc3.consul',
    'dc1-s1.server.dc1.example',
    'dc1-s1.client.dc1.consul',
    'dc1-s1.dc1.consul',
    'dc1.consul',
    'server.dc1.consul.example',
    'xserver.dc1.consul',
    '.server.dc1.consul',
    'server..consul',
    'consul',
    '.consul',
    '',
  ])('has no route for %j', (name) => {
    expect(routeFor(name, table)).toEqual([])
  })

  it('knows a domain of several labels', () => {
    const routes = {...table, domain: 'consul.example.org'}
    expect(routeFor('dc1-s1.server.dc1.consul.example.org', routes)).toEqual([s1])
    expect(routeFor('dc1-s1.server.dc1.consul', routes)).toEqual([])
  })

  it('tries critical targets last, and still tries them', () => {
    const critical = target('192.0.2.20', 8443, true)
    const routes = {...table, gateways: new Map([['dc2', [critical, gw2, gw3]]])}
    expect(routeFor('server.dc2.consul', routes, 0)).toEqual([gw2, gw3, critical])
    expect(routeFor('server.dc2.consul', routes, 1)).toEqual([gw3, gw2, critical])
    expect(routeFor('server.dc2.consul', {...routes, gateways: new Map([['dc2', [critical]]])})).toEqual([critical])
  })

  it('has no route at all before Consul has answered', () => {
    expect(routeFor('server.dc1.consul', emptyTable('dc1', 'consul'))).toEqual([])
  })

  it('gives every target of a choice exactly once, whoever has the turn', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), {maxLength: 9}), fc.nat(), (criticals, turn) => {
        const targets = criticals.map((critical, index) => target(`192.0.2.${index}`, 8443, critical))
        const found = routeFor('server.dc2.consul', {...table, gateways: new Map([['dc2', targets]])}, turn)
        expect([...found].sort(byHost)).toEqual([...targets].sort(byHost))
      }),
    )
  })
})

function byHost(a: Target, b: Target): number {
  return a.host.localeCompare(b.host)
}
