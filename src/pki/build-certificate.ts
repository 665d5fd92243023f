import {createHash, generateKeyPairSync, type KeyObject, randomBytes} from 'node:crypto'

import {FedctlError} from '../errors/fedctl-error.js'
import {type Asn1, context, encodeDer, integer, nameText, oid, parseDer, sequence, set, time} from './asn1.js'
import {signatureOf, signatureScheme} from './signature.js'
import type {Validity} from './validity.js'

const version3 = Buffer.of(2)
const attributeIds = {
  C: '2.5.4.6',
  CN: '2.5.4.3',
  L: '2.5.4.7',
  O: '2.5.4.10',
  postalCode: '2.5.4.17',
  ST: '2.5.4.8',
  street: '2.5.4.9',
} as const

export interface CertificateFields {
  readonly extensions: readonly Asn1[]
  readonly issuer: Asn1
  /** DER of SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array
  readonly serialNumber: Uint8Array
  readonly subject: Asn1
  readonly validity: Validity
}

/**
 * Assembles and signs a certificate, RFC 5280 §4.1.
 * @returns DER.
 * @throws FedctlError `pki.ca-invalid` where Consul could not verify what `signingKey` signs.
 */
export function buildCertificate(fields: CertificateFields, signingKey: KeyObject): Buffer {
  const scheme = signatureScheme(signingKey)
  if (!scheme) throw new FedctlError('pki.ca-invalid', 'the key of the CA is of a kind that cannot sign for Consul')
  const {notAfter, notBefore} = fields.validity
  const toBeSigned = sequence(
    context(0, [integer(version3)]),
    integer(fields.serialNumber),
    scheme.algorithm,
    fields.issuer,
    sequence(time(notBefore), time(notAfter)),
    fields.subject,
    parseDer(fields.publicKey),
    context(3, [sequence(...fields.extensions)]),
  )
  return encodeDer(sequence(toBeSigned, scheme.algorithm, signatureOf(encodeDer(toBeSigned), signingKey, scheme)))
}

export interface NewKey {
  readonly privateKey: KeyObject
  /** The private key as Consul writes it: PEM `EC PRIVATE KEY` (SEC 1). */
  readonly privateKeyPem: string
  /** DER of SubjectPublicKeyInfo. */
  readonly publicKey: Buffer
}

/** A new EC P-256 key. */
export function newKey(): NewKey {
  const {privateKey, publicKey} = generateKeyPairSync('ec', {namedCurve: 'P-256'})
  return {
    privateKey,
    privateKeyPem: privateKey.export({format: 'pem', type: 'sec1'}).toString(),
    publicKey: publicKey.export({format: 'der', type: 'spki'}),
  }
}

/** Distinguished name with one attribute per step, in that order. */
export function distinguishedName(attributes: readonly (readonly [keyof typeof attributeIds, string])[]): Asn1 {
  return sequence(...attributes.map(([type, text]) => set(sequence(oid(attributeIds[type]), nameText(text)))))
}

/** 16 random bytes that are a positive number in its shortest form: the first byte is 0x40 to 0x7f. */
export function randomSerialNumber(): Buffer {
  const bytes = randomBytes(16)
  bytes.writeUInt8((bytes.readUInt8(0) & 0x3f) | 0x40, 0)
  return bytes
}

/** Consul's key identifier: SHA-256 of the whole SubjectPublicKeyInfo (Consul tlsutil/generate.go, 1.8–1.21). */
export function keyIdentifier(publicKey: Uint8Array): Buffer {
  return createHash('sha256').update(publicKey).digest()
}
