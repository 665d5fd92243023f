import {type KeyObject} from 'node:crypto'

import {FedctlError} from '../errors/fedctl-error.js'
import {type CertificateFacts, parseCertificate, type ParsedCertificate} from './read-certificate.js'

/** The certificate of a CA, as far as it is needed to check what it has issued. */
export interface TrustAnchor extends ParsedCertificate {
  readonly publicKey: KeyObject
}

/**
 * Reads the certificate of a CA for checks; `loadCa` is for issuing.
 * @param source PEM (of several certificates the first) or DER.
 * @throws FedctlError `pki.certificate-invalid` where it cannot be read.
 */
export function readTrustAnchor(source: string | Uint8Array): TrustAnchor {
  const parsed = parseCertificate(source)
  try {
    return {...parsed, publicKey: parsed.certificate.publicKey}
  } catch (error) {
    const message = `the certificate of ${nameOfCa(parsed.facts)} has a key of an unknown kind`
    throw new FedctlError('pki.certificate-invalid', message, {cause: error})
  }
}

/** How a CA is called in messages: its common name, or its whole name where it has none. */
export function nameOfCa(facts: CertificateFacts): string {
  return facts.commonName ?? facts.subject
}
