import {describe, expect, it} from 'vitest'

import {addressBytes, canonicalAddress, namesOf, type NamesRequest} from '../../../src/pki/names.js'

const base = {datacenter: 'dc1', domain: 'consul'}

describe('names of a certificate', () => {
  it.each<{expected: string[]; request: Omit<NamesRequest, 'datacenter' | 'domain'>; what: string}>([
    {
      expected: ['server.dc1.consul', 'server.dc1.consul localhost', '127.0.0.1', 'serverAuth clientAuth'],
      request: {kind: 'server'},
      what: 'a server',
    },
    {
      expected: [
        'server.dc1.consul',
        's1.server.dc1.consul server.dc1.consul localhost',
        '127.0.0.1',
        'serverAuth clientAuth',
      ],
      request: {kind: 'server', node: 's1'},
      what: 'a server with its node name',
    },
    {
      expected: [
        'server.dc1.consul',
        '*.server.dc1.consul server.dc1.consul localhost',
        '127.0.0.1',
        'serverAuth clientAuth',
      ],
      request: {kind: 'server', node: '*'},
      what: 'all servers at once',
    },
    {
      expected: [
        'server.dc1.consul',
        'a.example b.example s1.server.dc1.consul server.dc1.consul localhost',
        '10.0.0.1 fd00::1 127.0.0.1',
        'serverAuth clientAuth',
      ],
      request: {
        additionalDnsNames: ['a.example', ' b.example ', ''],
        additionalIpAddresses: ['10.0.0.1', '', ' FD00:0::0:1 '],
        kind: 'server',
        node: 's1',
      },
      what: 'a server with additional names, which come first',
    },
    {
      expected: [
        'client.dc1.consul',
        'a.example client.dc1.consul localhost',
        '10.0.0.1 127.0.0.1',
        'clientAuth serverAuth',
      ],
      request: {
        additionalDnsNames: ['a.example'],
        additionalIpAddresses: ['10.0.0.1'],
        kind: 'client',
        node: 'ignored',
      },
      what: 'a client',
    },
    {
      expected: ['cli.dc1.consul', 'cli.dc1.consul localhost', '10.0.0.1', ''],
      request: {additionalDnsNames: ['dropped.example'], additionalIpAddresses: ['10.0.0.1'], kind: 'cli'},
      what: 'the command line, which drops additional DNS names',
    },
  ])('are those of Consul for $what', ({expected, request}) => {
    const {commonName, dnsNames, ipAddresses, usages} = namesOf({...base, ...request})
    expect([commonName, dnsNames.join(' '), ipAddresses.join(' '), usages.join(' ')]).toEqual(expected)
  })

  it('follow the datacenter and the domain', () => {
    const names = namesOf({datacenter: 'eu-west', domain: 'example.org', kind: 'server', node: 'n1'})
    expect(names.dnsNames).toEqual(['n1.server.eu-west.example.org', 'server.eu-west.example.org', 'localhost'])
  })

  it.each(['münchen.example', 'two words', ' ', 'tab\there', 'nul\u0000', 'xn--caf\u00E9'])(
    'refuse %j, which no certificate can hold',
    (name) => {
      const request: NamesRequest = {...base, additionalDnsNames: [`a${name}b`], kind: 'server'}
      expect(() => namesOf(request)).toThrow(expect.objectContaining({code: 'usage'}))
    },
  )

  it.each([
    '10.0.0',
    '10.0.0.256',
    '010.0.0.1',
    'fe80::1%eth0',
    '10.0.0.1/24',
    '10.0.0.1:8500',
    'localhost',
    '0x7f000001',
  ])('refuse %j as an address', (address) => {
    const request: NamesRequest = {...base, additionalIpAddresses: [address], kind: 'server'}
    expect(() => namesOf(request)).toThrow(`${JSON.stringify(address)} is not an IP address`)
  })
})

describe('an address', () => {
  it.each([
    ['10.0.0.1', '10.0.0.1', 4],
    ['FD00:0:0::0:1', 'fd00::1', 16],
    ['::ffff:10.0.0.1', '10.0.0.1', 4],
    ['::', '::', 16],
  ])('%s is written as %s, in %d bytes', (text, canonical, length) => {
    expect(canonicalAddress(text)).toBe(canonical)
    expect(addressBytes(text)).toHaveLength(length)
  })
})
