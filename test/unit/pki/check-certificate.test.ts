import {createPrivateKey, webcrypto} from 'node:crypto'

import {describe, expect, it} from 'vitest'

import {type CertificateExpectation, checkCertificate, coversName} from '../../../src/pki/check-certificate.js'
import {createCa} from '../../../src/pki/create-ca.js'
import {issueCertificate} from '../../../src/pki/issue-certificate.js'
import {loadCa} from '../../../src/pki/load-ca.js'
import {type CertificateKind, namesOf} from '../../../src/pki/names.js'
import {readTrustAnchor} from '../../../src/pki/trust-anchor.js'
import {foreignCa} from './foreign-ca.js'
import * as x509 from './x509.js'

const now = new Date('2026-03-01T00:00:00Z')
const caPair = createCa({commonName: 'Test CA', days: 1825, domain: 'consul', now})
const ca = loadCa(caPair, now)
const otherCa = loadCa(createCa({days: 1825, domain: 'consul', now}), now)
const wanted = namesOf({
  additionalIpAddresses: ['10.0.0.1'],
  datacenter: 'dc2',
  domain: 'consul',
  kind: 'server',
  node: 's1',
})

function issue(kind: CertificateKind, overrides: {by?: typeof ca; dc?: string; node?: string} = {}) {
  const profile = namesOf({
    additionalIpAddresses: ['10.0.0.1'],
    datacenter: overrides.dc ?? 'dc2',
    domain: 'consul',
    kind,
    node: overrides.node,
  })
  return issueCertificate({ca: overrides.by ?? ca, days: 365, now, profile})
}

const good = issue('server', {node: 's1'})

function problems(
  {certPem, keyPem}: {certPem: string; keyPem?: string},
  expected: CertificateExpectation = wanted,
  at = now,
): string[] {
  return checkCertificate({certificate: certPem, ...(keyPem === undefined ? {} : {key: keyPem})}, ca, expected, at)
}

describe('checkCertificate', () => {
  it('finds nothing wrong with what was issued for those names', () => {
    expect(problems(good)).toEqual([])
  })

  it('takes DER, a key object, and a CA of which only the certificate is known', () => {
    const certificate = new Uint8Array(new x509.X509Certificate(good.certPem).rawData)
    const key = createPrivateKey(good.keyPem)
    expect(checkCertificate({certificate, key}, readTrustAnchor(caPair.certPem), wanted, now)).toEqual([])
  })

  it('takes a wildcard for the node name', () => {
    expect(problems(issue('server', {node: '*'}))).toEqual([])
  })

  it('takes more names than are asked for, in any case', () => {
    const expected = {dnsNames: ['S1.server.DC2.consul'], ipAddresses: ['::ffff:10.0.0.1'], usages: []}
    expect(problems(good, expected)).toEqual([])
  })

  it.each<[string, {certPem: string; keyPem?: string}, string[]]>([
    ['no node name', issue('server'), ['lacks the name s1.server.dc2.consul']],
    ['the name of another node', issue('server', {node: 's2'}), ['lacks the name s1.server.dc2.consul']],
    [
      'the names of another datacenter',
      issue('server', {dc: 'dc1', node: 's1'}),
      ['lacks the names s1.server.dc2.consul, server.dc2.consul'],
    ],
    [
      'the names and usages of a command line',
      issue('cli'),
      ['lacks the names s1.server.dc2.consul, server.dc2.consul', 'lacks the address 127.0.0.1'],
    ],
    ['another CA', issue('server', {by: otherCa, node: 's1'}), ['was not issued by the CA Test CA']],
    ['the key of another', {...good, keyPem: issue('server').keyPem}, ['does not belong to its key']],
    ['a key that is none', {...good, keyPem: 'nothing'}, ['has a key that cannot be read']],
    ['a certificate that is none', {certPem: 'nothing'}, ['cannot be read as a certificate']],
  ])('names what is wrong with %s', (_, pair, expected) => {
    expect(problems(pair)).toEqual(expected)
  })

  it('refuses an encrypted key, which Consul cannot read', () => {
    const keyPem = createPrivateKey(good.keyPem)
      .export({cipher: 'aes-256-cbc', format: 'pem', passphrase: 'secret', type: 'pkcs8'})
      .toString()
    expect(problems({...good, keyPem})).toEqual(['has an encrypted key, which Consul cannot read'])
  })

  it('refuses a CA in the place of a certificate', () => {
    expect(problems(caPair, {dnsNames: [], ipAddresses: [], usages: []})).toEqual(['is a certificate of a CA'])
  })

  it('refuses an issuer whose name is the same text in other bytes, as Go does', async () => {
    // The same words, once as PrintableString and once as UTF8String.
    const pair = await foreignCa({name: 'CN=Corporate Root'})
    const name = new x509.Name([{CN: [{utf8String: 'Corporate Root'}]}])
    const certificate = issue('server', {by: loadCa(pair, now), node: 's1'}).certPem
    const own = new x509.X509Certificate(pair.certPem)
    const reencoded = await x509.X509CertificateGenerator.create({
      extensions: own.extensions,
      issuer: name,
      notAfter: own.notAfter,
      notBefore: own.notBefore,
      publicKey: own.publicKey,
      serialNumber: '0b',
      signingAlgorithm: {hash: 'SHA-256', name: 'ECDSA'},
      signingKey: await webcrypto.subtle.importKey(
        'pkcs8',
        createPrivateKey(pair.keyPem).export({format: 'der', type: 'pkcs8'}),
        {name: 'ECDSA', namedCurve: 'P-256'},
        true,
        ['sign'],
      ),
      subject: name,
    })
    expect(checkCertificate({certificate}, readTrustAnchor(pair.certPem), wanted, now)).toEqual([])
    expect(checkCertificate({certificate}, readTrustAnchor(reencoded.toString('pem')), wanted, now)).toEqual([
      'was not issued by the CA Corporate Root',
    ])
  })

  it('refuses a certificate in which one byte was changed', () => {
    const der = Buffer.from(new x509.X509Certificate(good.certPem).rawData)
    const at = der.indexOf('localhost')
    der.write('localhosT', at, 'ascii')
    expect(checkCertificate({certificate: der}, ca, {...wanted, dnsNames: []}, now)).toEqual([
      'was not issued by the CA Test CA',
    ])
  })

  it('names the usage that is missing, and takes certificates that are not limited or good for any', async () => {
    const usages = async (...oids: string[]) => {
      const extensions = oids.length > 0 ? [new x509.ExtendedKeyUsageExtension(oids)] : []
      const pair = await foreignCa({extensions})
      const expected = {dnsNames: [], ipAddresses: [], usages: wanted.usages}
      return checkCertificate({certificate: pair.certPem}, readTrustAnchor(pair.certPem), expected, now)
    }
    expect(await usages(x509.ExtendedKeyUsage.serverAuth)).toEqual(['lacks the usage clientAuth'])
    expect(await usages(x509.ExtendedKeyUsage.codeSigning)).toEqual(['lacks the usages serverAuth, clientAuth'])
    expect(await usages()).toEqual([])
    expect(await usages('2.5.29.37.0')).toEqual([])
  })

  it('asks for the key usage that TLS signs with', async () => {
    const pair = await foreignCa({extensions: [new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyAgreement, true)]})
    const expected = {dnsNames: [], ipAddresses: [], usages: []}
    expect(checkCertificate({certificate: pair.certPem}, readTrustAnchor(pair.certPem), expected, now)).toEqual([
      'lacks the key usage digitalSignature',
    ])
  })

  it('says when a certificate ends, has ended, or begins', () => {
    const end = new Date('2027-03-01T00:00:00Z')
    const until = (validUntil: Date, at: string) => problems(good, {...wanted, validUntil}, new Date(at))
    expect(until(end, '2027-02-20T00:00:00Z')).toEqual([])
    expect(until(new Date('2027-03-22T12:00:00Z'), '2027-02-20T12:00:00Z')).toEqual([
      'expires on 2027-03-01, in 8 days',
    ])
    expect(problems(good, wanted, end)).toEqual([])
    expect(problems(good, wanted, new Date('2027-03-01T00:00:01Z'))).toEqual(['has expired on 2027-03-01'])
    expect(problems(good, wanted, new Date('2026-02-28T23:59:59Z'))).toEqual([
      'is not valid before 2026-03-01T00:00:00.000Z',
    ])
  })

  it('lists everything at once', () => {
    const pair = {...issue('server', {by: otherCa}), keyPem: good.keyPem}
    expect(problems(pair, wanted, new Date('2028-01-01T00:00:00Z'))).toEqual([
      'was not issued by the CA Test CA',
      'does not belong to its key',
      'lacks the name s1.server.dc2.consul',
      'has expired on 2027-03-01',
    ])
  })
})

describe('coversName', () => {
  it.each([
    ['server.dc1.consul', 'server.dc1.consul', true],
    ['Server.DC1.consul', 'server.dc1.CONSUL', true],
    ['*.server.dc1.consul', 's1.server.dc1.consul', true],
    ['*.server.dc1.consul', 'server.dc1.consul', false],
    ['*.server.dc1.consul', 'a.b.server.dc1.consul', false],
    ['*.dc1.consul', 's1.server.dc1.consul', false],
    ['s*.server.dc1.consul', 's1.server.dc1.consul', false],
    ['*', 'localhost', false],
    ['*.', 'localhost', false],
  ])('%s for %s is %s', (pattern, name, covered) => {
    expect(coversName(pattern, name)).toBe(covered)
  })
})
