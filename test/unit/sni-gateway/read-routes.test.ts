import {describe, expect, it} from 'vitest'

import type {CatalogService, CheckServiceNode} from '../../../src/consul/types.js'
import {readGateways, readServers} from '../../../src/sni-gateway/read-routes.js'

describe('readServers', () => {
  it('takes name and address from the node and the port from the service', () => {
    const servers = readServers([entry({Port: 8300})])
    expect([...servers]).toEqual([['dc2-c1', {critical: false, host: '10.0.0.11', port: 8300}]])
  })

  it('prefers the address of the service, and never a WAN address', () => {
    const servers = readServers([entry({Address: '10.0.0.1', TaggedAddresses: {wan: {Address: '192.0.2.1', Port: 1}}})])
    expect(servers.get('dc2-c1')).toMatchObject({host: '10.0.0.1', port: 8443})
  })

  it('gives names in lower case', () => {
    const upper = entry({})
    expect([...readServers([{...upper, Node: {...upper.Node, Node: 'DC2-C1'}}]).keys()]).toEqual(['dc2-c1'])
  })

  it('marks a server whose check is critical', () => {
    expect(readServers([{...entry({}), Checks: [check('passing'), check('critical')]}]).get('dc2-c1')).toMatchObject({
      critical: true,
    })
  })
})

describe('readGateways', () => {
  const exposing = {Meta: {'consul-wan-federation': '1'}}
  const wan = {TaggedAddresses: {wan: {Address: '192.0.2.21', Port: 443}}}

  it.each<[string, Partial<CatalogService>, {host: string; port: number}]>([
    [
      'the tagged address wan with its port',
      {...exposing, ...wan, Address: '10.0.0.21'},
      {host: '192.0.2.21', port: 443},
    ],
    [
      "the service's port where the tagged address has none",
      {...exposing, TaggedAddresses: {wan: {Address: '192.0.2.21', Port: 0}}},
      {host: '192.0.2.21', port: 8443},
    ],
    [
      "the service's address before the node's WAN address",
      {...exposing, Address: '10.0.0.21'},
      {host: '10.0.0.21', port: 8443},
    ],
    ["the node's WAN address before its LAN address", exposing, {host: '192.0.2.11', port: 8443}],
  ])('uses %s', (_, service, expected) => {
    expect(readGateways({dc2: [entry(service)]}, 'dc1').get('dc2')).toEqual([{critical: false, ...expected}])
  })

  it("uses the node's address where there is nothing else", () => {
    const bare = entry(exposing)
    const gateways = readGateways({dc2: [{...bare, Node: {Address: '10.0.0.11', Node: 'dc2-c1'}}]}, 'dc1')
    expect(gateways.get('dc2')).toEqual([{critical: false, host: '10.0.0.11', port: 8443}])
  })

  it('leaves out gateways that do not expose servers, and datacenters without any other', () => {
    expect(readGateways({dc2: [entry(wan), entry({Meta: {'consul-wan-federation': '0'}})]}, 'dc1').size).toBe(0)
  })

  it('leaves out the own datacenter', () => {
    expect(readGateways({dc1: [entry({...exposing, ...wan})]}, 'dc1').size).toBe(0)
  })

  it('reads a datacenter without gateways', () => {
    expect(readGateways({dc2: null, dc3: []}, 'dc1').size).toBe(0)
  })
})

function entry(service: Partial<CatalogService>): CheckServiceNode {
  return {
    Checks: [check('passing')],
    Node: {Address: '10.0.0.11', Node: 'dc2-c1', TaggedAddresses: {lan: '10.0.0.11', wan: '192.0.2.11'}},
    Service: {Address: '', ID: 'x', Port: 8443, Service: 'x', ...service},
  }
}

function check(Status: 'critical' | 'passing') {
  return {CheckID: 'c', Name: 'c', Output: '', Status}
}
