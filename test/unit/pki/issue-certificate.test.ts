import {createHash, createPrivateKey, X509Certificate} from 'node:crypto'

import fc from 'fast-check'
import {describe, expect, it} from 'vitest'

import {createCa} from '../../../src/pki/create-ca.js'
import {issueCertificate, type IssueOptions} from '../../../src/pki/issue-certificate.js'
import {type CertificateAuthority, loadCa} from '../../../src/pki/load-ca.js'
import {addressBytes, type CertificateNames, namesOf} from '../../../src/pki/names.js'
import {caExtensions, ecP256, foreignCa, rsa} from './foreign-ca.js'
import * as x509 from './x509.js'

const now = new Date('2026-03-01T10:20:30.789Z')
const server = namesOf({datacenter: 'dc2', domain: 'consul', kind: 'server', node: 's1'})

function ownCa(): CertificateAuthority {
  return loadCa(createCa({days: 1825, domain: 'consul', now}), now)
}

function issued(ca: CertificateAuthority, profile: CertificateNames = server, options: Partial<IssueOptions> = {}) {
  const result = issueCertificate({ca, days: 365, now, profile, ...options})
  return {...result, node: new X509Certificate(result.certPem), read: new x509.X509Certificate(result.certPem)}
}

function sanOf(read: x509.X509Certificate) {
  return read.getExtension(x509.SubjectAlternativeNameExtension)?.names.toJSON() ?? []
}

describe('issueCertificate', () => {
  it('writes the extensions of Consul in their order, and no others', () => {
    const {read} = issued(ownCa())
    expect(read.extensions.map(({critical, type}) => [type, critical])).toEqual([
      ['2.5.29.15', true],
      ['2.5.29.37', false],
      ['2.5.29.19', true],
      ['2.5.29.14', false],
      ['2.5.29.35', false],
      ['2.5.29.17', false],
    ])
    expect(read.getExtension(x509.KeyUsagesExtension)?.usages).toBe(
      x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment,
    )
    expect(read.getExtension(x509.BasicConstraintsExtension)?.ca).toBe(false)
    expect(read.subject).toBe('CN=server.dc2.consul')
    expect(sanOf(read)).toEqual([
      {type: 'dns', value: 's1.server.dc2.consul'},
      {type: 'dns', value: 'server.dc2.consul'},
      {type: 'dns', value: 'localhost'},
      {type: 'ip', value: '127.0.0.1'},
    ])
  })

  it.each([
    ['server', ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']],
    ['client', ['1.3.6.1.5.5.7.3.2', '1.3.6.1.5.5.7.3.1']],
    ['cli', undefined],
  ] as const)('gives a %s certificate its usages in the order of Consul', (kind, usages) => {
    const {read} = issued(ownCa(), namesOf({datacenter: 'dc1', domain: 'consul', kind}))
    expect(read.getExtension(x509.ExtendedKeyUsageExtension)?.usages).toEqual(usages)
  })

  it('identifies its key by the SHA-256 of the whole public key and the CA by the id of the CA', () => {
    const ca = ownCa()
    const {node, read} = issued(ca)
    const digest = createHash('sha256')
      .update(node.publicKey.export({format: 'der', type: 'spki'}))
      .digest('hex')
    expect(read.getExtension(x509.SubjectKeyIdentifierExtension)?.keyId).toBe(digest)
    expect(read.getExtension(x509.AuthorityKeyIdentifierExtension)?.keyId).toBe(ca.facts.subjectKeyId)
    expect(ca.facts.subjectKeyId).toHaveLength(64)
  })

  it('makes a new P-256 key in SEC 1 for every certificate', () => {
    const ca = ownCa()
    const [one, two] = [issued(ca), issued(ca)]
    expect(one.keyPem).toMatch(/^-----BEGIN EC PRIVATE KEY-----\n/)
    expect(one.keyPem).not.toBe(two.keyPem)
    expect(one.node.publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1')
    expect(one.node.checkPrivateKey(createPrivateKey(one.keyPem))).toBe(true)
    expect(one.read.serialNumber).not.toBe(two.read.serialNumber)
  })

  it.each([
    ['P-256', '1.2.840.10045.4.3.2'],
    ['P-384', '1.2.840.10045.4.3.3'],
    ['P-521', '1.2.840.10045.4.3.4'],
  ])('signs with the hash that belongs to %s, without parameters', async (namedCurve, algorithm) => {
    const pair = await foreignCa({algorithm: {...ecP256, namedCurve}})
    const {node} = issued(loadCa(pair, now))
    const identifier = Buffer.concat([Buffer.of(0x30, 0x0a), oidBytes(algorithm)])
    expect(positions(node.raw, identifier)).toHaveLength(2)
    expect(node.verify(new X509Certificate(pair.certPem).publicKey)).toBe(true)
  })

  it('signs with RSA and SHA-256, with NULL parameters', async () => {
    const pair = await foreignCa({algorithm: rsa(2048)})
    const {node} = issued(loadCa(pair, now))
    const identifier = Buffer.concat([Buffer.of(0x30, 0x0d), oidBytes('1.2.840.113549.1.1.11'), Buffer.of(0x05, 0x00)])
    expect(positions(node.raw, identifier)).toHaveLength(2)
    expect(node.verify(new X509Certificate(pair.certPem).publicKey)).toBe(true)
    expect(node.publicKey.asymmetricKeyType).toBe('ec')
  })

  it.each([
    'CN=Root, O=Größe GmbH, C=DE',
    'C=DE, O=Example+OU=Ops, CN=Root',
    'DC=example, DC=org, E=ca@example.org',
    'CN=東京',
  ])('copies the name of the CA byte for byte: %s', async (name) => {
    const pair = await foreignCa({name})
    const subject = new x509.X509Certificate(pair.certPem).subjectName.toArrayBuffer()
    const {node} = issued(loadCa(pair, now))
    expect(positions(node.raw, Buffer.from(subject))).toHaveLength(1)
  })

  it('copies a key id of the CA that was made in another way, and leaves it out where the CA has none', async () => {
    const sha1 = 'ab'.repeat(20)
    const withId = await foreignCa({extensions: [...caExtensions, new x509.SubjectKeyIdentifierExtension(sha1)]})
    expect(issued(loadCa(withId, now)).read.getExtension(x509.AuthorityKeyIdentifierExtension)?.keyId).toBe(sha1)
    expect(issued(loadCa(await foreignCa(), now)).read.getExtension(x509.AuthorityKeyIdentifierExtension)).toBeNull()
  })

  it('is valid from the current second on, for that many days', () => {
    const {capped, notAfter, read} = issued(ownCa(), server, {days: 30})
    expect(capped).toBe(false)
    expect([read.notBefore, read.notAfter]).toEqual([
      new Date('2026-03-01T10:20:30Z'),
      new Date('2026-03-31T10:20:30Z'),
    ])
    expect(notAfter).toEqual(read.notAfter)
  })

  it('ends with its CA and says so, unless it may outlive it', () => {
    const ca = ownCa()
    const capped = issued(ca, server, {days: 3650})
    expect(capped).toMatchObject({capped: true, notAfter: ca.facts.notAfter})
    expect(capped.read.notAfter).toEqual(ca.facts.notAfter)
    const longer = issued(ca, server, {days: 3650, mayOutliveCa: true})
    expect(longer).toMatchObject({capped: false, notAfter: new Date('2036-02-27T10:20:30Z')})
  })

  it('refuses a name that the CA is not allowed to certify, before anything is handed out', () => {
    const limited = loadCa(createCa({days: 10, domain: 'consul', nameConstraint: true, now}), now)
    expect(() => issued(limited)).not.toThrow()
    const outside = namesOf({additionalDnsNames: ['ui.example'], datacenter: 'dc1', domain: 'consul', kind: 'server'})
    expect(() => issued(limited, outside)).toThrow(
      expect.objectContaining({
        code: 'pki.certificate-invalid',
        message: expect.stringContaining('ui.example') as string,
      }),
    )
  })

  it('writes every name and address so that another library reads the same', () => {
    const ca = ownCa()
    const labels = fc.array(fc.stringMatching(/^[!-+\--~]{1,20}$/), {maxLength: 5, minLength: 1})
    const addresses = fc.array(fc.oneof(fc.ipV4(), fc.ipV6()), {maxLength: 5})
    fc.assert(
      fc.property(labels, addresses, (additionalDnsNames, additionalIpAddresses) => {
        const profile = namesOf({
          additionalDnsNames,
          additionalIpAddresses,
          datacenter: 'dc1',
          domain: 'consul',
          kind: 'server',
        })
        const names = sanOf(issued(ca, profile).read)
        expect(names.filter(({type}) => type === 'dns').map(({value}) => value)).toEqual(profile.dnsNames)
        const read = names
          .filter(({type}) => type === 'ip')
          .map(({value}) => addressBytes(String(value)).toString('hex'))
        expect(read).toEqual([...additionalIpAddresses, '127.0.0.1'].map((text) => addressBytes(text).toString('hex')))
      }),
      {numRuns: 100},
    )
  })

  it('makes 300 certificates in a row that Node verifies', () => {
    const ca = ownCa()
    const authority = new X509Certificate(ca.certificate.raw)
    for (let round = 0; round < 300; round += 1) {
      const {node} = issued(ca)
      expect(node.verify(authority.publicKey) && node.checkIssued(authority)).toBe(true)
    }
  })
})

function positions(haystack: Buffer, needle: Buffer): number[] {
  const found: number[] = []
  for (let at = haystack.indexOf(needle); at !== -1; at = haystack.indexOf(needle, at + 1)) found.push(at)
  return found
}

/** DER of an object identifier, encoded here so that nothing under test is needed. */
function oidBytes(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number)
  const bytes = rest.flatMap((arc) => {
    const groups = [arc & 0x7f]
    for (let left = arc >> 7; left > 0; left >>= 7) groups.unshift((left & 0x7f) | 0x80)
    return groups
  })
  return Buffer.of(0x06, bytes.length + 1, first * 40 + second, ...bytes)
}
