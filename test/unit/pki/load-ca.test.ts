import {createPrivateKey, generateKeyPairSync} from 'node:crypto'

import {describe, expect, it} from 'vitest'

import {FedctlError} from '../../../src/errors/fedctl-error.js'
import {type CertificatePair, createCa} from '../../../src/pki/create-ca.js'
import {issueCertificate} from '../../../src/pki/issue-certificate.js'
import {loadCa} from '../../../src/pki/load-ca.js'
import {namesOf} from '../../../src/pki/names.js'
import {caExtensions, ecP256, foreignCa, rsa} from './foreign-ca.js'
import * as x509 from './x509.js'

const now = new Date('2026-03-01T00:00:00Z')
const names = {certificate: 'ca.pem', key: 'ca-key.pem'}
const pair = createCa({days: 100, domain: 'consul', now})
const other = createCa({days: 100, domain: 'consul', now})

function refusal(broken: CertificatePair, at = now): FedctlError {
  try {
    loadCa(broken, at, names)
  } catch (error) {
    if (error instanceof FedctlError) return error
    throw error
  }
  throw new Error('it was accepted')
}

/** The lines of a PEM text that hold data. */
function secretLines(pem: string): string[] {
  return pem.split('\n').filter((line) => line.length > 20 && !line.startsWith('-----'))
}

function encoded(format: 'pkcs8' | 'sec1', cipher?: string): string {
  const key = createPrivateKey(pair.keyPem)
  return key
    .export(
      cipher === undefined
        ? {format: 'pem', type: format}
        : {cipher, format: 'pem', passphrase: 'secret', type: format},
    )
    .toString()
}

function keyOf(type: 'ed25519' | 'rsa' | 'secp256k1'): string {
  const {privateKey} =
    type === 'ed25519'
      ? generateKeyPairSync('ed25519')
      : type === 'rsa'
        ? generateKeyPairSync('rsa', {modulusLength: 1024})
        : generateKeyPairSync('ec', {namedCurve: type})
  return privateKey.export({format: 'pem', type: 'pkcs8'}).toString()
}

describe('loadCa', () => {
  it('takes a CA of fedctl', () => {
    const ca = loadCa(pair, now)
    expect(ca.facts).toMatchObject({isCa: true, notAfter: new Date('2026-06-09T00:00:00Z')})
    expect(ca.key.type).toBe('private')
  })

  it.each([
    ['RSA', rsa(2048)],
    ['P-384', {...ecP256, namedCurve: 'P-384'}],
    ['P-521', {...ecP256, namedCurve: 'P-521'}],
  ])('takes a CA of another tool with a key of the kind %s in PKCS #8', async (_, algorithm) => {
    const foreign = await foreignCa({algorithm})
    expect(loadCa(foreign, now).facts.commonName).toBe('Corporate Root')
  })

  it('takes files with text around the blocks, and with parameters before the key', () => {
    const noisy = {
      certPem: `Certificate:\r\n    Data: x\r\n${pair.certPem.replaceAll('\n', '\r\n')}`,
      keyPem: `-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n${pair.keyPem}\n`,
    }
    expect(loadCa(noisy, now).facts.isCa).toBe(true)
  })

  it.each<[string, () => CertificatePair | Promise<CertificatePair>, string]>([
    ['a key of another CA', () => ({...pair, keyPem: other.keyPem}), 'ca-key.pem is not the key of ca.pem'],
    [
      'a key of another kind than the certificate',
      async () => ({...pair, keyPem: (await foreignCa({algorithm: rsa(2048)})).keyPem}),
      'ca-key.pem is not the key of ca.pem',
    ],
    [
      'swapped files',
      () => ({certPem: pair.keyPem, keyPem: pair.certPem}),
      'ca.pem holds a private key, and ca-key.pem holds none',
    ],
    [
      'a certificate with its key in one file',
      () => ({...pair, certPem: pair.certPem + pair.keyPem}),
      'ca.pem holds a private key beside the certificate',
    ],
    [
      'a bundle',
      () => ({...pair, certPem: pair.certPem + other.certPem}),
      'ca.pem holds 2 certificates instead of one',
    ],
    [
      'two keys',
      () => ({...pair, keyPem: pair.keyPem + other.keyPem}),
      'ca-key.pem holds 2 private keys instead of one',
    ],
    ['an empty certificate', () => ({...pair, certPem: ''}), 'ca.pem holds no certificate in PEM'],
    ['an empty key', () => ({...pair, keyPem: ''}), 'ca-key.pem holds no private key in PEM'],
    [
      'DER',
      () => ({...pair, certPem: Buffer.from(secretLines(pair.certPem).join(''), 'base64').toString('latin1')}),
      'ca.pem holds no certificate in PEM',
    ],
    [
      'a damaged certificate',
      () => ({...pair, certPem: pair.certPem.replace(/\n.{9}/, '\nAAAAAAAAA')}),
      'ca.pem holds a certificate that cannot be read',
    ],
    [
      'a damaged key',
      () => ({...pair, keyPem: pair.keyPem.replace(/\n.{9}/, '\nAAAAAAAAA')}),
      'ca-key.pem holds a private key that cannot be read',
    ],
    ['a key under a passphrase', () => ({...pair, keyPem: encoded('pkcs8', 'aes-256-cbc')}), 'ca-key.pem is encrypted'],
    [
      'a key under a passphrase in the older form',
      () => ({...pair, keyPem: encoded('sec1', 'aes-128-cbc')}),
      'ca-key.pem is encrypted',
    ],
    ['a key of another algorithm', () => ({...pair, keyPem: keyOf('ed25519')}), 'ca-key.pem is of the kind ed25519'],
    ['a curve that Go lacks', () => ({...pair, keyPem: keyOf('secp256k1')}), 'ca-key.pem is of the kind ec secp256k1'],
    ['a short RSA key', () => ({...pair, keyPem: keyOf('rsa')}), 'ca-key.pem is of the kind rsa 1024'],
    [
      'a certificate of a node',
      () => {
        const profile = namesOf({datacenter: 'dc1', domain: 'consul', kind: 'server'})
        return issueCertificate({ca: loadCa(pair, now), days: 1, now, profile})
      },
      'ca.pem is not the certificate of a CA',
    ],
    [
      'a CA that may not sign certificates',
      () =>
        foreignCa({
          extensions: [
            new x509.BasicConstraintsExtension(true, undefined, true),
            new x509.KeyUsagesExtension(x509.KeyUsageFlags.cRLSign, true),
          ],
        }),
      'ca.pem is not the certificate of a CA',
    ],
    [
      'a CA for other uses',
      () =>
        foreignCa({
          extensions: [...caExtensions, new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth])],
        }),
      'ca.pem is limited to serverAuth, and Consul needs serverAuth and clientAuth',
    ],
  ])('refuses %s', async (_, broken, message) => {
    const files = await broken()
    const error = refusal(files)
    expect(error).toMatchObject({code: 'pki.ca-invalid', exitCode: 4})
    expect(error.message).toContain(message)
  })

  it('takes a CA for any use', async () => {
    const any = new x509.ExtendedKeyUsageExtension(['2.5.29.37.0'])
    expect(loadCa(await foreignCa({extensions: [...caExtensions, any]}), now).facts.usages).toEqual(['2.5.29.37.0'])
  })

  it('refuses a CA that has expired or is not valid yet, and says when', () => {
    expect(refusal(pair, new Date('2026-07-01T00:00:00Z')).message).toBe('ca.pem has expired on 2026-06-09')
    expect(refusal(pair, new Date('2026-02-28T00:00:00Z')).message).toBe(
      'ca.pem is not valid before 2026-03-01T00:00:00.000Z',
    )
  })

  it('takes a CA in its first and its last second', () => {
    for (const at of ['2026-03-01T00:00:00Z', '2026-06-09T00:00:00Z']) {
      expect(loadCa(pair, new Date(at)).facts.isCa).toBe(true)
    }
  })

  it.each<[string, CertificatePair]>([
    ['swapped', {certPem: pair.keyPem, keyPem: pair.certPem}],
    ['damaged', {...pair, keyPem: pair.keyPem.replace('M', '!')}],
    ['of another CA', {...pair, keyPem: other.keyPem}],
    ['doubled', {...pair, keyPem: pair.keyPem + pair.keyPem}],
    ['beside the certificate', {...pair, certPem: pair.certPem + pair.keyPem}],
  ])('never shows the text of a key that is %s', (_, broken) => {
    const error = refusal(broken)
    const shown = [error.message, error.stack, JSON.stringify(error), String(error.cause), ...error.suggestions].join(
      '\n',
    )
    for (const line of [...secretLines(pair.keyPem), ...secretLines(other.keyPem)]) expect(shown).not.toContain(line)
  })
})
