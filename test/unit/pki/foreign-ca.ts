import {webcrypto} from 'node:crypto'

import type {CertificatePair} from '../../../src/pki/create-ca.js'
import * as x509 from './x509.js'

export interface ForeignCaOptions {
  readonly algorithm?: webcrypto.EcKeyGenParams | webcrypto.RsaHashedKeyGenParams
  readonly extensions?: readonly x509.Extension[]
  readonly name?: string
  readonly notAfter?: Date
  readonly notBefore?: Date
}

export const ecP256 = {hash: 'SHA-256', name: 'ECDSA', namedCurve: 'P-256'}

export function rsa(modulusLength: number): webcrypto.RsaHashedKeyGenParams {
  return {hash: 'SHA-256', modulusLength, name: 'RSASSA-PKCS1-v1_5', publicExponent: new Uint8Array([1, 0, 1])}
}

/** What a plain CA of another tool has, without key identifiers. */
export const caExtensions: readonly x509.Extension[] = [
  new x509.BasicConstraintsExtension(true, undefined, true),
  new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
]

/** A self-signed certificate made by another library; by default an EC P-256 CA. The key is PKCS #8. */
export async function foreignCa(options: ForeignCaOptions = {}): Promise<CertificatePair> {
  const algorithm = options.algorithm ?? ecP256
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    extensions: [...(options.extensions ?? caExtensions)],
    keys,
    name: options.name ?? 'CN=Corporate Root',
    notAfter: options.notAfter ?? new Date('2036-01-01T00:00:00Z'),
    notBefore: options.notBefore ?? new Date('2026-01-01T00:00:00Z'),
    serialNumber: '0a',
    signingAlgorithm: algorithm,
  })
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)
  return {
    certPem: `${certificate.toString('pem')}\n`,
    keyPem: `${x509.PemConverter.encode(pkcs8, 'PRIVATE KEY')}\n`,
  }
}
