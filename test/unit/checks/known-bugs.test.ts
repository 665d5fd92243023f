import {describe, expect, it} from 'vitest'

import type {Federation} from '../../../src/federation/model.js'
import {aDatacenter, aFederation, aGateway} from '../../fixtures/federation.js'
import {aHealthySnapshot} from '../../fixtures/snapshot.js'
import {findingOf} from './judging.js'

function running(consul: string, overrides: Partial<Federation> = {}) {
  const model = aFederation({datacenters: [aDatacenter(1, {consul}), aDatacenter(2, {consul})], ...overrides})
  return findingOf('version.known-bugs', 'dc2', model, aHealthySnapshot(model))
}

describe('version.known-bugs', () => {
  it('warns about an old version, with what to upgrade to', () => {
    expect(running('1.8.7')).toMatchObject({
      fix: ['upgrade to 1.11.9 or newer, the primary before its secondaries'],
      found: '1.8.7: 6 known bugs',
      status: 'warn',
    })
  })

  it.each(['1.12.9', '1.17.3', '1.21.4', '2.1.0'])('has nothing against %s', (consul) => {
    expect(running(consul)).toMatchObject({found: consul, status: 'pass'})
  })

  it('looks at bugs of ACLs only where ACLs are on', () => {
    const {acl} = aFederation()
    expect(running('1.15.2').found).toBe('1.15.2: 1 known bug')
    expect(running('1.15.2', {acl: {...acl, enabled: false}}).status).toBe('pass')
  })

  it('looks at bugs of host names and of IPv6 only where there are any', () => {
    const behind = (wanAddress: string) => {
      const gateways = [aGateway('dc1', 'dc1-gw1', '127.7.1.21', 'dc1-c1', {wanAddress})]
      return {datacenters: [aDatacenter(1, {consul: '1.17.0', gateways}), aDatacenter(2, {consul: '1.17.0'})]}
    }
    expect(running('', behind('gw.example.com')).evidence).toEqual([
      'gateways whose WAN address is a host name do not become ready; fixed in 1.14.11, 1.15.7, 1.16.3 and 1.17.1',
    ])
    expect(running('', behind('2001:db8::1')).evidence).toEqual([
      'servers and gateways with IPv6 addresses do not federate; fixed in 1.21.2',
    ])
    expect(running('', behind('203.0.113.9')).status).toBe('pass')
  })
})
