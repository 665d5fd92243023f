import {X509Certificate} from 'node:crypto'

import {FedctlError} from '../errors/fedctl-error.js'
import {type CertificateExtensions, readExtensions} from './read-extensions.js'
import {type Asn1, childrenOf, encodeDer, isContext, oidOf, parseDer, textOf} from './asn1.js'

/** What a certificate says, for reports and checks. Plain data. */
export interface CertificateFacts extends CertificateExtensions {
  /** Common name of the subject, where there is one. */
  readonly commonName?: string
  /** SHA-256 of the certificate: hexadecimal pairs with colons, as OpenSSL prints it. */
  readonly fingerprint: string
  readonly isCa: boolean
  /** Distinguished name of the issuer as text, attributes separated by commas. */
  readonly issuer: string
  readonly notAfter: Date
  readonly notBefore: Date
  /** Hexadecimal. */
  readonly serialNumber: string
  /** Distinguished name of the subject as text, attributes separated by commas. */
  readonly subject: string
}

/** A certificate with its facts and those of its parts that are compared or copied byte for byte. */
export interface ParsedCertificate {
  readonly certificate: X509Certificate
  readonly facts: CertificateFacts
  /** DER of the issuer's name. */
  readonly issuer: Buffer
  /** DER of the subject's name. */
  readonly subject: Buffer
}

/**
 * @param source PEM (of several certificates the first) or DER, such as a peer's `raw` certificate.
 * @returns What the certificate says.
 * @throws FedctlError `pki.certificate-invalid` where it cannot be read.
 */
export function readCertificate(source: string | Uint8Array): CertificateFacts {
  return parseCertificate(source).facts
}

/**
 * Like `readCertificate`, with what signing and comparing need besides.
 * @throws FedctlError `pki.certificate-invalid` where it cannot be read.
 */
export function parseCertificate(source: string | Uint8Array): ParsedCertificate {
  try {
    const certificate = new X509Certificate(source)
    const {extensions, issuer, subject} = fieldsOf(certificate.raw)
    const commonName = commonNameOf(subject)
    return {
      certificate,
      facts: {
        ...readExtensions(extensions),
        ...(commonName === undefined ? {} : {commonName}),
        fingerprint: certificate.fingerprint256,
        isCa: certificate.ca,
        issuer: oneLine(certificate.issuer),
        notAfter: new Date(certificate.validTo),
        notBefore: new Date(certificate.validFrom),
        serialNumber: certificate.serialNumber,
        subject: oneLine(certificate.subject),
      },
      issuer: encodeDer(issuer),
      subject: encodeDer(subject),
    }
  } catch (error) {
    throw new FedctlError('pki.certificate-invalid', 'this is no certificate that can be read', {cause: error})
  }
}

/** Like `parseCertificate`. @returns undefined where it cannot be read. */
export function parseIfReadable(source: string | Uint8Array): ParsedCertificate | undefined {
  try {
    return parseCertificate(source)
  } catch {
    return undefined
  }
}

/** The fields of TBSCertificate, RFC 5280 §4.1: version is left out in version 1, so they are counted from the serial number. */
function fieldsOf(der: Uint8Array): {extensions?: Asn1; issuer: Asn1; subject: Asn1} {
  const fields = childrenOf(childrenOf(parseDer(der))[0])
  const afterVersion = isContext(fields[0], 0) ? fields.slice(1) : fields
  const [, , issuer, , subject] = afterVersion
  if (!issuer || !subject) throw new TypeError('the certificate has no names')
  const extensions = afterVersion.find((field) => isContext(field, 3))
  return {...(extensions ? {extensions} : {}), issuer, subject}
}

function commonNameOf(name: Asn1): string | undefined {
  const attributes = childrenOf(name).flatMap((rdn) => childrenOf(rdn).map((attribute) => childrenOf(attribute)))
  const found = attributes.findLast(([type]) => oidOf(type) === '2.5.4.3')
  return found ? textOf(found[1]) : undefined
}

/** Node prints one attribute per line. */
function oneLine(name: string | undefined): string {
  return (name ?? '').replaceAll('\n', ', ')
}
