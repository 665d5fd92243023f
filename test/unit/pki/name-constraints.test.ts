import {describe, expect, it} from 'vitest'

import {namesOutside} from '../../../src/pki/name-constraints.js'
import type {NameSubtrees} from '../../../src/pki/read-extensions.js'

const none: NameSubtrees = {dnsDomains: [], networks: []}

function dns(...dnsDomains: string[]): NameSubtrees {
  return {...none, dnsDomains}
}

function network(...bytes: number[]): NameSubtrees {
  return {...none, networks: [Uint8Array.from(bytes)]}
}

describe('namesOutside', () => {
  it.each<{constraints: {excluded?: NameSubtrees; permitted?: NameSubtrees}; names: string[]; outside: string[]}>([
    {constraints: {}, names: ['any.example'], outside: []},
    {constraints: {permitted: dns('consul', 'localhost')}, names: ['s1.server.dc1.consul', 'localhost'], outside: []},
    {
      constraints: {permitted: dns('Consul')},
      names: ['consul', 'A.CONSUL', 'aconsul', 'a.consul.org'],
      outside: ['aconsul', 'a.consul.org'],
    },
    {constraints: {permitted: dns('.consul')}, names: ['consul', 'a.consul'], outside: ['consul']},
    {constraints: {permitted: dns('')}, names: ['anything'], outside: []},
    {constraints: {permitted: dns('consul')}, names: ['*.server.dc1.consul'], outside: []},
    {
      constraints: {excluded: dns('dc2.consul')},
      names: ['server.dc1.consul', 'server.dc2.consul'],
      outside: ['server.dc2.consul'],
    },
    {
      constraints: {excluded: dns('dc2.consul'), permitted: dns('consul')},
      names: ['server.dc2.consul', 'ui.example'],
      outside: ['server.dc2.consul', 'ui.example'],
    },
  ])('finds $outside among $names', ({constraints, names, outside}) => {
    const whole = {excluded: none, permitted: none, ...constraints}
    expect(namesOutside(whole, {dnsNames: names, ipAddresses: ['10.0.0.1', '::1']})).toEqual(outside)
  })

  it('compares addresses with networks of their own family', () => {
    const addresses = {dnsNames: ['any.example'], ipAddresses: ['10.1.2.3', '10.2.0.1', 'fd00::1']}
    const permitted = network(10, 1, 0, 0, 255, 255, 0, 0)
    expect(namesOutside({excluded: none, permitted}, addresses)).toEqual(['10.2.0.1', 'fd00::1'])
    const excluded = network(0xfd, ...Array.from({length: 15}, () => 0), 0xff, ...Array.from({length: 15}, () => 0))
    expect(namesOutside({excluded, permitted: none}, addresses)).toEqual(['fd00::1'])
  })
})
