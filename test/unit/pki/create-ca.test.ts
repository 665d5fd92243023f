import {createHash, createPrivateKey, createPublicKey, X509Certificate} from 'node:crypto'

import {describe, expect, it} from 'vitest'

import {type CaOptions, createCa} from '../../../src/pki/create-ca.js'
import * as x509 from './x509.js'

const now = new Date('2026-03-01T10:20:30.789Z')

function created(options: Partial<CaOptions> = {}) {
  const {certPem, keyPem} = createCa({days: 1825, domain: 'consul', now, ...options})
  return {certPem, keyPem, node: new X509Certificate(certPem), read: new x509.X509Certificate(certPem)}
}

function hex(bytes: ArrayBuffer): string {
  return Buffer.from(bytes).toString('hex')
}

describe('createCa', () => {
  it('makes a self-signed certificate of version 3 with the subject of Consul', async () => {
    const {node, read} = created()
    const serial = BigInt(`0x${read.serialNumber}`)
    expect(read.subjectName.toJSON()).toEqual([
      {C: ['US']},
      {ST: ['CA']},
      {L: ['San Francisco']},
      {'2.5.4.9': ['101 Second Street']},
      {'2.5.4.17': ['94105']},
      {O: ['HashiCorp Inc.']},
      {CN: [`Consul Agent CA ${serial}`]},
    ])
    expect(hex(read.issuerName.toArrayBuffer())).toBe(hex(read.subjectName.toArrayBuffer()))
    expect(await read.isSelfSigned()).toBe(true)
    expect(node.ca).toBe(true)
  })

  it('has the extensions of Consul in their order, and no others', () => {
    const {read} = created()
    expect(read.extensions.map(({critical, type}) => [type, critical])).toEqual([
      ['2.5.29.15', true],
      ['2.5.29.19', true],
      ['2.5.29.14', false],
      ['2.5.29.35', false],
    ])
    const usages = x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign
    expect(read.getExtension(x509.KeyUsagesExtension)?.usages).toBe(usages)
    expect(read.getExtension(x509.BasicConstraintsExtension)).toMatchObject({ca: true, pathLength: undefined})
  })

  it('identifies its key by the SHA-256 of the whole public key, as subject and as authority', () => {
    const {node, read} = created()
    const digest = createHash('sha256')
      .update(node.publicKey.export({format: 'der', type: 'spki'}))
      .digest('hex')
    expect(read.getExtension(x509.SubjectKeyIdentifierExtension)?.keyId).toBe(digest)
    expect(read.getExtension(x509.AuthorityKeyIdentifierExtension)?.keyId).toBe(digest)
  })

  it('is valid from the current second on, for that many days', () => {
    const {read} = created({days: 10})
    expect(read.notBefore).toEqual(new Date('2026-03-01T10:20:30Z'))
    expect(read.notAfter).toEqual(new Date('2026-03-11T10:20:30Z'))
  })

  it.each([
    ['2049-12-31T23:59:59Z', 0x17],
    ['2050-01-01T00:00:00Z', 0x18],
  ])('writes an end at %s with the time type %i', (end, tag) => {
    const start = new Date(new Date(end).getTime() - 86_400_000)
    const {node, read} = created({days: 1, now: start})
    expect(read.notAfter).toEqual(new Date(end))
    const digits = end.replaceAll(/[-:T]/g, '').slice(tag === 0x17 ? 2 : 0)
    const at = node.raw.indexOf(digits)
    expect(node.raw[at - 2]).toBe(tag)
  })

  it('writes the key as Consul does: SEC 1 in PEM, on the curve P-256', () => {
    const {keyPem, node} = created()
    expect(keyPem).toMatch(/^-----BEGIN EC PRIVATE KEY-----\n[\w+/=\n]+-----END EC PRIVATE KEY-----\n$/)
    expect(node.checkPrivateKey(createPrivateKey(keyPem))).toBe(true)
    expect(createPublicKey(keyPem).asymmetricKeyDetails?.namedCurve).toBe('prime256v1')
  })

  it('writes the certificate in lines of 64 characters', () => {
    const lines = created().certPem.split('\n')
    expect(lines[0]).toBe('-----BEGIN CERTIFICATE-----')
    expect(lines.slice(1, -3).every((line) => line.length === 64)).toBe(true)
    expect(lines.slice(-2)).toEqual(['-----END CERTIFICATE-----', ''])
  })

  it('gives every CA another serial number: 128 bits, positive, in its shortest form', () => {
    const serials = Array.from({length: 50}, () => created().read.serialNumber)
    expect(new Set(serials).size).toBe(50)
    for (const serial of serials) expect(serial).toMatch(/^[4-7][\da-f]{31}$/)
  })

  it('takes a common name, in UTF-8 where it needs that', () => {
    for (const commonName of ['Föderation', 'a*b', 'plain (1)']) {
      const {node, read} = created({commonName})
      expect(read.subjectName.getField('CN')).toEqual([commonName])
      const bytes = Buffer.from(commonName)
      expect(node.raw[node.raw.indexOf(bytes) - 2]).toBe(commonName.startsWith('plain') ? 0x13 : 0x0c)
    }
  })

  it('limits its names critically: additional ones, the domain, localhost, in that order', () => {
    const {read} = created({
      additionalNameConstraints: ['ui.example', 'Other'],
      domain: 'eu.consul',
      nameConstraint: true,
    })
    expect(read.extensions.at(-1)).toMatchObject({critical: true, type: '2.5.29.30'})
    // Sequence of [0] permitted subtrees with one dNSName each.
    const expected = ['ui.example', 'Other', 'eu.consul', 'localhost'].map((name) => {
      const dns = Buffer.concat([Buffer.of(0x82, name.length), Buffer.from(name)])
      return Buffer.concat([Buffer.of(0x30, dns.length), dns])
    })
    const subtrees = Buffer.concat(expected)
    const value = Buffer.concat([Buffer.of(0x30, subtrees.length + 2, 0xa0, subtrees.length), subtrees])
    expect(hex(read.extensions.at(-1)?.value ?? new ArrayBuffer(0))).toBe(value.toString('hex'))
  })

  it('does not limit its names without being asked to', () => {
    const {read} = created({additionalNameConstraints: ['ui.example']})
    expect(read.getExtension('2.5.29.30')).toBeNull()
  })

  it('carries the cluster id as a URI in lower case, before name constraints', () => {
    const {read} = created({clusterId: 'ABC-123', domain: 'eu.consul', nameConstraint: true})
    const names = read.getExtension(x509.SubjectAlternativeNameExtension)?.names.toJSON()
    expect(names).toEqual([{type: 'url', value: 'spiffe://abc-123.eu.consul'}])
    expect(read.extensions.map(({type}) => type).slice(-2)).toEqual(['2.5.29.17', '2.5.29.30'])
  })

  it.each<[string, Partial<CaOptions>]>([
    ['0 days', {days: 0}],
    ['negative days', {days: -1}],
    ['half days', {days: 1.5}],
    ['days after the year 9999', {days: 4_000_000}],
    ['days that no calendar has', {days: Number.MAX_SAFE_INTEGER}],
    ['a constraint that is no name', {additionalNameConstraints: ['größe'], nameConstraint: true}],
    ['a cluster id that is no name', {clusterId: 'a b'}],
  ])('refuses %s', (_, options) => {
    expect(() => created(options)).toThrow(expect.objectContaining({code: 'usage'}))
  })
})
