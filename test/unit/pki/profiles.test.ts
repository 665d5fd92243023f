import {describe, expect, it} from 'vitest'

import {certificateProfiles} from '../../../src/pki/profiles.js'
import {aClient, aDatacenter, aFederation, aServer} from '../../fixtures/federation.js'

const usual = aFederation({workspace: '/srv/federation'})

describe('certificateProfiles', () => {
  it('lists a certificate for each server and client agent, and one for the operator', () => {
    const profiles = certificateProfiles(usual)
    expect(profiles.map(({id, kind}) => [id, kind])).toEqual([
      ['dc1/dc1-s1', 'server'],
      ['dc1/dc1-c1', 'client'],
      ['dc2/dc2-s1', 'server'],
      ['dc2/dc2-c1', 'client'],
      ['cli', 'cli'],
    ])
  })

  it('gives a server its node name, and the address at which it is reached, as the additional one', () => {
    expect(certificateProfiles(usual).find(({id}) => id === 'dc2/dc2-s1')).toEqual({
      certificateFile: '/srv/federation/pki/dc2/dc2-s1.pem',
      commonName: 'server.dc2.consul',
      datacenter: 'dc2',
      dnsNames: ['dc2-s1.server.dc2.consul', 'server.dc2.consul', 'localhost'],
      id: 'dc2/dc2-s1',
      ipAddresses: ['127.7.2.1', '127.0.0.1'],
      keyFile: '/srv/federation/pki/dc2/dc2-s1-key.pem',
      kind: 'server',
      node: 'dc2-s1',
      usages: ['serverAuth', 'clientAuth'],
    })
  })

  it('gives a client no name that a server has', () => {
    expect(certificateProfiles(usual).find(({id}) => id === 'dc2/dc2-c1')).toMatchObject({
      commonName: 'client.dc2.consul',
      dnsNames: ['client.dc2.consul', 'localhost'],
      ipAddresses: ['127.7.2.11', '127.0.0.1'],
      usages: ['clientAuth', 'serverAuth'],
    })
  })

  it("makes the operator's certificate one of the primary, without usages", () => {
    const secondary = aFederation({primary: 'dc2'})
    expect(certificateProfiles(secondary).at(-1)).toEqual({
      certificateFile: '/srv/federation/pki/cli.pem',
      commonName: 'cli.dc2.consul',
      datacenter: 'dc2',
      dnsNames: ['cli.dc2.consul', 'localhost'],
      id: 'cli',
      ipAddresses: [],
      keyFile: '/srv/federation/pki/cli-key.pem',
      kind: 'cli',
      usages: [],
    })
  })

  it('follows the domain, takes IPv6, and names 127.0.0.1 once', () => {
    const servers = [aServer('dc1', 's1', '127.0.0.1'), aServer('dc1', 's2', 'FD00::0:1')]
    const profiles = certificateProfiles(
      aFederation({datacenters: [aDatacenter(1, {clients: [], servers})], domain: 'eu.example'}),
    )
    expect(profiles.map(({dnsNames, ipAddresses}) => [dnsNames[0], ipAddresses.join(' ')])).toEqual([
      ['s1.server.dc1.eu.example', '127.0.0.1'],
      ['s2.server.dc1.eu.example', 'fd00::1 127.0.0.1'],
      ['cli.dc1.eu.example', ''],
    ])
  })

  it('refuses a node whose certificate would lie where the key of another lies', () => {
    const servers = [aServer('dc1', 'a', '10.0.0.1')]
    const clients = [aClient('dc1', 'a-key', '10.0.0.2')]
    const colliding = aFederation({datacenters: [aDatacenter(1, {clients, servers})]})
    expect(() => certificateProfiles(colliding)).toThrow(
      expect.objectContaining({
        code: 'federation.invalid',
        message: '/srv/federation/pki/dc1/a-key.pem would belong to dc1/a and to dc1/a-key',
      }),
    )
  })

  it('refuses a CA that is named where a certificate lies', () => {
    const tls = {...usual.tls, caFile: '/srv/federation/pki/cli.pem'}
    expect(() => certificateProfiles({...usual, tls})).toThrow('would belong to the CA and to cli')
  })
})
