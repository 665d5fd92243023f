import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import type {GatewayEvent} from '../../../src/sni-gateway/events.js'
import {type FollowedRoutes, followRoutes} from '../../../src/sni-gateway/follow-routes.js'
import {routeFor} from '../../../src/sni-gateway/routes.js'
import {systemClock} from '../../../src/system/clock.js'
import {until} from './running-gateway.js'
import {type StandInAgent, standInAgent} from './stand-in-agent.js'

const serversPath = '/v1/health/service/consul'
const gatewaysPath = '/v1/internal/federation-states/mesh-gateways'

const server = (name: string, address: string) => ({
  Checks: [],
  Node: {Address: address, Node: name},
  Service: {Address: '', ID: 'consul', Port: 8300, Service: 'consul'},
})

const gateway = (address: string) => ({
  Checks: [],
  Node: {Address: '10.0.0.1', Node: 'c1'},
  Service: {
    Address: '10.0.0.2',
    ID: 'gw',
    Meta: {'consul-wan-federation': '1'},
    Port: 8443,
    Service: 'mesh-gateway',
    TaggedAddresses: {wan: {Address: address, Port: 443}},
  },
})

describe('followRoutes', () => {
  let agent: StandInAgent
  let stop: AbortController
  let events: GatewayEvent[]
  let routes: FollowedRoutes

  beforeEach(async () => {
    agent = await standInAgent()
    stop = new AbortController()
    events = []
  })

  afterEach(async () => {
    stop.abort()
    await routes.ended
    await agent.close()
  })

  function follow(): void {
    routes = followRoutes({
      client: agent.client,
      clock: systemClock,
      datacenter: 'dc1',
      domain: 'consul',
      report: (event) => events.push(event),
      signal: stop.signal,
    })
  }

  const hostsFor = (name: string) => routeFor(name, routes.current()).map(({host}) => host)

  it('learns its servers and the gateways of other datacenters', async () => {
    agent.set(serversPath, [server('dc1-s1', '127.42.1.1')])
    agent.set(gatewaysPath, {dc1: [gateway('192.0.2.1')], dc2: [gateway('192.0.2.2')]})
    follow()
    await until(() => hostsFor('server.dc1.consul').length > 0 && hostsFor('server.dc2.consul').length > 0)
    expect(hostsFor('dc1-s1.server.dc1.consul')).toEqual(['127.42.1.1'])
    expect(hostsFor('server.dc2.consul')).toEqual(['192.0.2.2'])
  })

  it('hears of a change while it waits, and asks no more than it must', async () => {
    agent.set(serversPath, [server('dc1-s1', '127.42.1.1')])
    agent.set(gatewaysPath, {dc2: [gateway('192.0.2.2')]})
    follow()
    await until(() => agent.requests.filter((request) => request.includes('index=1&wait=')).length === 2)
    agent.set(gatewaysPath, {dc2: [gateway('192.0.2.9')]})
    await until(() => hostsFor('server.dc2.consul')[0] === '192.0.2.9')
    expect(agent.requests.filter((request) => request.startsWith(serversPath))).toHaveLength(2)
    expect(agent.requests.filter((request) => request.startsWith(gatewaysPath)).length).toBeLessThanOrEqual(3)
  })

  it('keeps what it has learnt while Consul fails, says so, and goes on afterwards', async () => {
    agent.set(serversPath, [server('dc1-s1', '127.42.1.1')])
    agent.set(gatewaysPath, {dc2: [gateway('192.0.2.2')]})
    follow()
    await until(() => agent.requests.filter((request) => request.includes('index=')).length === 2)
    agent.set(serversPath, undefined)
    await until(() => events.some(({kind}) => kind === 'consul-failed'))
    expect(hostsFor('dc1-s1.server.dc1.consul')).toEqual(['127.42.1.1'])
    agent.set(serversPath, [server('dc1-s2', '127.42.1.2')])
    await until(() => hostsFor('dc1-s2.server.dc1.consul').length === 1)
    expect(hostsFor('dc1-s1.server.dc1.consul')).toEqual([])
  })

  it('keeps what it has learnt when answers are empty, as they are for a token that may not read', async () => {
    agent.set(serversPath, [server('dc1-s1', '127.42.1.1')])
    agent.set(gatewaysPath, {dc2: [gateway('192.0.2.2')]})
    follow()
    await until(() => agent.requests.filter((request) => request.includes('index=')).length === 2)
    agent.set(serversPath, [])
    agent.set(gatewaysPath, {})
    await until(() => events.some((event) => event.kind === 'consul-failed' && event.why.includes('token')))
    const asked = agent.requests.length
    await until(() => agent.requests.length >= asked + 2)
    expect(hostsFor('dc1-s1.server.dc1.consul')).toEqual(['127.42.1.1'])
    expect(hostsFor('server.dc2.consul')).toEqual(['192.0.2.2'])
  })

  it('drops a datacenter that Consul no longer names beside others', async () => {
    agent.set(serversPath, [server('dc1-s1', '127.42.1.1')])
    agent.set(gatewaysPath, {dc2: [gateway('192.0.2.2')], dc3: [gateway('192.0.2.3')]})
    follow()
    await until(() => agent.requests.filter((request) => request.includes('index=')).length === 2)
    agent.set(gatewaysPath, {dc3: [gateway('192.0.2.3')]})
    await until(() => hostsFor('server.dc2.consul').length === 0)
    expect(hostsFor('server.dc3.consul')).toEqual(['192.0.2.3'])
  })

  it('reports routes only when they have changed', async () => {
    agent.set(serversPath, [server('dc1-s1', '127.42.1.1')])
    agent.set(gatewaysPath, {})
    follow()
    await until(() => agent.requests.some((request) => request.includes('index=1')))
    agent.set(serversPath, [server('dc1-s1', '127.42.1.1')])
    await until(() => agent.requests.some((request) => request.includes('index=2')))
    expect(events.map(({kind}) => kind)).toEqual(['routes'])
  })
})
