import {describe, expect, it} from 'vitest'

import type {CatalogService} from '../../../src/consul/types.js'
import {gatewayRegistration, planRegistration, registrationDifferences} from '../../../src/gateway/registration.js'
import {aFederation, aGateway} from '../../fixtures/federation.js'

const gateway = aGateway('dc1', 'dc1-gw1', '127.7.1.21', 'dc1-c1', {wanAddress: 'gw.example.com', wanPort: 443})
const check = {CheckID: 'service:dc1-gw1', Name: 'x', Output: '', Status: 'critical'} as const

/** What Consul 1.8.7 answers for the registration of `gateway`. */
const registered: CatalogService = {
  Address: '127.7.1.21',
  ID: 'dc1-gw1',
  Kind: 'mesh-gateway',
  Meta: {'consul-wan-federation': '1'},
  Port: 8443,
  Service: 'mesh-gateway',
  TaggedAddresses: {
    lan: {Address: '127.7.1.21', Port: 8443},
    lan_ipv4: {Address: '127.7.1.21', Port: 8443},
    wan: {Address: 'gw.example.com', Port: 443},
  },
}

describe('gatewayRegistration', () => {
  it('is a mesh gateway that exposes servers, at its LAN and WAN address, with a TCP check', () => {
    expect(gatewayRegistration(gateway)).toEqual({
      Address: '127.7.1.21',
      Check: {Interval: '10s', Name: 'mesh-gateway listening', TCP: '127.7.1.21:8443', Timeout: '5s'},
      ID: 'dc1-gw1',
      Kind: 'mesh-gateway',
      Meta: {'consul-wan-federation': '1'},
      Name: 'mesh-gateway',
      Port: 8443,
      TaggedAddresses: {lan: {Address: '127.7.1.21', Port: 8443}, wan: {Address: 'gw.example.com', Port: 443}},
    })
  })

  it('checks every second on this machine, where a lab waits for it', () => {
    expect(gatewayRegistration({...gateway, host: 'local'}).Check).toMatchObject({Interval: '1s'})
  })

  it('writes an IPv6 address in brackets where a port follows', () => {
    expect(gatewayRegistration({...gateway, address: 'fd00::21'}).Check.TCP).toBe('[fd00::21]:8443')
  })
})

describe('registrationDifferences', () => {
  const desired = gatewayRegistration(gateway)

  it('finds none in what Consul makes of the registration', () => {
    expect(registrationDifferences(desired, {checks: [check], service: registered})).toEqual([])
  })

  it('does not mind meta and tagged addresses of others', () => {
    const service = {
      ...registered,
      Meta: {...registered.Meta, team: 'network'},
      TaggedAddresses: {...registered.TaggedAddresses, other: {Address: '10.0.0.1', Port: 1}},
    }
    expect(registrationDifferences(desired, {checks: [check], service})).toEqual([])
  })

  it.each<[string, Partial<CatalogService>, string]>([
    ['another kind', {Kind: 'terminating-gateway'}, 'kind terminating-gateway instead of mesh-gateway'],
    ['an ordinary service', {Kind: ''}, 'kind none instead of mesh-gateway'],
    ['another service name', {Service: 'gw'}, 'service name gw instead of mesh-gateway'],
    ['another port', {Port: 443}, 'LAN address 127.7.1.21:443 instead of 127.7.1.21:8443'],
    ['no address', {Address: ''}, 'LAN address none instead of 127.7.1.21:8443'],
    [
      'another WAN address',
      {TaggedAddresses: {...registered.TaggedAddresses, wan: {Address: '192.0.2.1', Port: 443}}},
      'tagged address wan 192.0.2.1:443 instead of gw.example.com:443',
    ],
    [
      'no WAN address',
      {TaggedAddresses: {lan: {Address: '127.7.1.21', Port: 8443}}},
      'tagged address wan none instead of gw.example.com:443',
    ],
    ['no meta', {Meta: null}, 'meta consul-wan-federation none instead of 1'],
    [
      'the meta of a gateway that hides servers',
      {Meta: {'consul-wan-federation': '0'}},
      'meta consul-wan-federation 0 instead of 1',
    ],
  ])('finds %s', (_, change, difference) => {
    const service = {...registered, ...change}
    expect(registrationDifferences(desired, {checks: [check], service})).toEqual([difference])
  })

  it('finds a missing check', () => {
    expect(registrationDifferences(desired, {checks: [], service: registered})).toEqual(['no health check'])
  })
})

describe('a critical check', () => {
  const desired = gatewayRegistration(gateway)
  const listening = {...check, Name: 'mesh-gateway listening'}
  const output = (target: string) => `dial tcp ${target}: connect: connection refused`
  const asking = (target: string, status: 'critical' | 'passing' = 'critical') => ({
    checks: [{...listening, Output: output(target), Status: status}],
    service: registered,
  })

  it('of another port or address is a difference', () => {
    expect(registrationDifferences(desired, asking('127.7.1.21:8444'))).toEqual([
      'the critical check "mesh-gateway listening" asks 127.7.1.21:8444 instead of 127.7.1.21:8443',
    ])
    expect(registrationDifferences(desired, asking('127.7.1.29:8443'))).toHaveLength(1)
  })

  it('of the gateway itself is none, nor is one of another port that passes', () => {
    expect(registrationDifferences(desired, asking('127.7.1.21:8443'))).toEqual([])
    expect(registrationDifferences(desired, asking('127.7.1.21:19000', 'passing'))).toEqual([])
  })

  it.each(['127.0.0.1:8443', '[::1]:8443', '0.0.0.0:8443', 'gw1.local:8443'])(
    'that asks %s may ask the gateway, so it is none',
    (target) => {
      expect(registrationDifferences(desired, asking(target))).toEqual([])
    },
  )

  it('of a name and another port is a difference', () => {
    expect(registrationDifferences(desired, asking('gw1.local:8444'))).toHaveLength(1)
  })

  it('that an operator has made is none, wherever it asks', () => {
    const admin = {...check, CheckID: 'admin', Name: 'admin port', Output: output('127.7.1.21:19000')}
    expect(registrationDifferences(desired, {checks: [admin], service: registered})).toEqual([])
  })

  it('that Envoy has registered is a difference where it asks elsewhere, unless another asks the gateway itself', () => {
    const envoys = {...check, CheckID: 'a', Name: 'mesh-gateway Listening', Output: output('127.7.1.21:8444')}
    const right = {...listening, Output: output('127.7.1.21:8443')}
    expect(registrationDifferences(desired, {checks: [envoys], service: registered})).toHaveLength(1)
    expect(registrationDifferences(desired, {checks: [envoys, right], service: registered})).toEqual([])
  })

  it('of an IPv6 address is compared however it is spelt', () => {
    const ipv6 = gatewayRegistration({...gateway, address: 'fd00:0:0::21'})
    const service = {
      ...registered,
      Address: 'fd00:0:0::21',
      TaggedAddresses: {...registered.TaggedAddresses, lan: {Address: 'fd00:0:0::21', Port: 8443}},
    }
    expect(registrationDifferences(ipv6, {...asking('[fd00::21]:8443'), service})).toEqual([])
  })
})

describe('planRegistration', () => {
  const federation = aFederation()

  it('registers a gateway with the agent beside it', () => {
    const [change, ...others] = planRegistration(federation, gateway, undefined)
    expect(others).toEqual([])
    expect(change).toMatchObject({
      agent: 'dc1/dc1-c1',
      gateway: 'dc1/dc1-gw1',
      kind: 'register-gateway',
      registration: gatewayRegistration(gateway),
      summary: 'register the gateway dc1/dc1-gw1 with the agent dc1/dc1-c1: it is not registered',
    })
  })

  it('has nothing to do where it is registered as it should be', () => {
    expect(planRegistration(federation, gateway, {checks: [check], service: registered})).toEqual([])
  })

  it('registers again what differs, and says how', () => {
    const [change] = planRegistration(federation, gateway, {checks: [check], service: {...registered, Meta: {}}})
    expect(change?.summary).toContain('meta consul-wan-federation none instead of 1')
  })

  describe('of a gateway with further checks', () => {
    const refused = (CheckID: string, Name: string, target: string) =>
      ({CheckID, Name, Output: `dial tcp ${target}: connect: connection refused`, Status: 'critical'}) as const
    const maintenance = {
      CheckID: '_service_maintenance:dc1-gw1',
      Name: 'Service Maintenance Mode',
      Output: '',
      Status: 'critical',
    } as const
    const admin = refused('admin', 'admin port', '127.7.1.21:19000')

    it('takes away those that ask elsewhere under other ids than its own, names them, and leaves the others', () => {
      const own = refused('service:dc1-gw1', 'mesh-gateway listening', '127.7.1.21:8444')
      const second = refused('service:dc1-gw1:2', 'mesh-gateway Listening', '127.7.1.21:8445')
      const observed = {checks: [own, second, admin, maintenance], service: registered}
      const [change] = planRegistration(federation, gateway, observed)
      expect(change?.surplusChecks).toEqual(['service:dc1-gw1:2'])
      expect(change?.summary).toContain('take away its check "service:dc1-gw1:2"')
    })

    it('takes away none where something else differs, and says that maintenance stays and what ends it', () => {
      const observed = {checks: [check, admin, maintenance], service: {...registered, Meta: {}}}
      const [change] = planRegistration(federation, gateway, observed)
      expect(change?.surplusChecks).toBeUndefined()
      expect(change?.summary).toMatch(
        /; dc1\/dc1-gw1 stays in maintenance until consul maint -disable -service=dc1-gw1 on its node$/,
      )
    })
  })
})
