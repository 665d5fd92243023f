import {X509Certificate} from 'node:crypto'

import {describe, expect, it} from 'vitest'

import {FedctlError} from '../../../src/errors/fedctl-error.js'
import {createCa} from '../../../src/pki/create-ca.js'
import {issueCertificate} from '../../../src/pki/issue-certificate.js'
import {loadCa} from '../../../src/pki/load-ca.js'
import {namesOf} from '../../../src/pki/names.js'
import {readCertificate} from '../../../src/pki/read-certificate.js'
import {foreignCa} from './foreign-ca.js'
import * as x509 from './x509.js'

const now = new Date('2026-03-01T00:00:00Z')
const caPair = createCa({
  additionalNameConstraints: ['ui.example'],
  clusterId: 'abc',
  commonName: 'Test CA',
  days: 100,
  domain: 'consul',
  nameConstraint: true,
  now,
})
const ca = loadCa(caPair, now)
const profile = namesOf({
  additionalIpAddresses: ['fd00::1'],
  datacenter: 'dc1',
  domain: 'consul',
  kind: 'server',
  node: 's1',
})
const {certPem} = issueCertificate({ca, days: 10, now, profile})

describe('readCertificate', () => {
  it('says what a certificate says', () => {
    expect(readCertificate(certPem)).toEqual({
      authorityKeyId: ca.facts.subjectKeyId,
      commonName: 'server.dc1.consul',
      dnsNames: ['s1.server.dc1.consul', 'server.dc1.consul', 'localhost'],
      fingerprint: new X509Certificate(certPem).fingerprint256,
      ipAddresses: ['fd00::1', '127.0.0.1'],
      isCa: false,
      issuer: 'C=US, ST=CA, L=San Francisco, street=101 Second Street, postalCode=94105, O=HashiCorp Inc., CN=Test CA',
      keyUsage: ['digitalSignature', 'keyEncipherment'],
      notAfter: new Date('2026-03-11T00:00:00Z'),
      notBefore: now,
      serialNumber: expect.stringMatching(/^[\dA-F]{32}$/) as string,
      subject: 'CN=server.dc1.consul',
      subjectKeyId: expect.stringMatching(/^[\da-f]{64}$/) as string,
      uris: [],
      usages: ['serverAuth', 'clientAuth'],
    })
  })

  it('says what a CA may do', () => {
    expect(readCertificate(caPair.certPem)).toMatchObject({
      isCa: true,
      keyUsage: ['digitalSignature', 'keyCertSign', 'cRLSign'],
      nameConstraints: {
        excluded: {dnsDomains: [], networks: []},
        permitted: {dnsDomains: ['ui.example', 'consul', 'localhost'], networks: []},
      },
      uris: ['spiffe://abc.consul'],
    })
  })

  it('reads DER, as a TLS connection gives it, like PEM', () => {
    const der = new X509Certificate(certPem).raw
    expect(readCertificate(der)).toEqual(readCertificate(certPem))
  })

  it('reads the first certificate of a chain', () => {
    expect(readCertificate(certPem + caPair.certPem).commonName).toBe('server.dc1.consul')
  })

  it('reads certificates of other tools: names in UTF-8, several common names, unknown usages, no extensions', async () => {
    const odd = await foreignCa({
      extensions: [new x509.ExtendedKeyUsageExtension(['1.2.3.4', x509.ExtendedKeyUsage.clientAuth])],
      name: 'CN=first, O=Größe, CN=東京',
    })
    expect(readCertificate(odd.certPem)).toMatchObject({
      commonName: '東京',
      isCa: false,
      usages: ['1.2.3.4', 'clientAuth'],
    })
    const bare = readCertificate((await foreignCa({extensions: [], name: 'O=No common name'})).certPem)
    expect(bare).toMatchObject({dnsNames: [], ipAddresses: [], subject: 'O=No common name', usages: []})
    expect(bare).not.toHaveProperty('commonName')
    expect(bare).not.toHaveProperty('keyUsage')
  })

  it('keeps a name with a comma or a line feed in one piece', async () => {
    const names = new x509.SubjectAlternativeNameExtension([
      {type: 'dns', value: 'a.example, DNS:b.example'},
      {type: 'dns', value: 'c\nd'},
    ])
    const odd = await foreignCa({extensions: [names]})
    expect(readCertificate(odd.certPem).dnsNames).toEqual(['a.example, DNS:b.example', 'c\nd'])
  })

  it.each([
    ['nothing', ''],
    ['text', 'hello'],
    ['a key', caPair.keyPem],
    ['a damaged certificate', certPem.replace(/\n.{9}/, '\nAAAAAAAAA')],
    ['half of one in DER', new X509Certificate(certPem).raw.subarray(0, 100)],
  ])('refuses %s', (_, source) => {
    expect(() => readCertificate(source)).toThrow(FedctlError)
    expect(() => readCertificate(source)).toThrow(expect.objectContaining({code: 'pki.certificate-invalid'}))
  })
})
