import {type KeyObject, sign} from 'node:crypto'

import {type Asn1, bitString, nothing, oid, sequence} from './asn1.js'

/** How a key signs certificates. */
export interface SignatureScheme {
  readonly algorithm: Asn1
  readonly digest: 'sha256' | 'sha384' | 'sha512'
}

const minimalRsaBits = 2048

/**
 * The scheme that Go, and so Consul, chooses for that key: ECDSA with the hash of the curve's size, RSA with SHA-256
 * (Go crypto/x509, signingParamsForPublicKey). ECDSA has no parameters (RFC 5758 §3.2), RSA has NULL (RFC 4055 §5).
 * @returns undefined where Consul or TLS libraries of today could not use that key.
 */
export function signatureScheme(key: KeyObject): SignatureScheme | undefined {
  const {asymmetricKeyDetails: details, asymmetricKeyType: type} = key
  if (type === 'rsa' && (details?.modulusLength ?? 0) >= minimalRsaBits) {
    return {algorithm: sequence(oid('1.2.840.113549.1.1.11'), nothing()), digest: 'sha256'}
  }
  if (type !== 'ec') return undefined
  switch (details?.namedCurve) {
    case 'prime256v1': {
      return {algorithm: sequence(oid('1.2.840.10045.4.3.2')), digest: 'sha256'}
    }
    case 'secp384r1': {
      return {algorithm: sequence(oid('1.2.840.10045.4.3.3')), digest: 'sha384'}
    }
    case 'secp521r1': {
      return {algorithm: sequence(oid('1.2.840.10045.4.3.4')), digest: 'sha512'}
    }
    default: {
      return undefined
    }
  }
}

/** The signature over `der` as the bit string of a certificate. */
export function signatureOf(der: Uint8Array, key: KeyObject, scheme: SignatureScheme): Asn1 {
  return bitString(sign(scheme.digest, der, key))
}
