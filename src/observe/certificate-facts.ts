import type {Buffer} from 'node:buffer'

import {pemBlocks} from '../pki/pem.js'
import {parseCertificate, type ParsedCertificate} from '../pki/read-certificate.js'
import {readTrustAnchor, type TrustAnchor} from '../pki/trust-anchor.js'
import {dropUndefined} from './drop-undefined.js'
import type {CertificateFacts} from './snapshot.js'

/** A certificate and those that were presented with it, the one that is asked about first. */
export type Chain = readonly [ParsedCertificate, ...ParsedCertificate[]]

/** @returns The certificates of a PEM text or of DER buffers. @throws FedctlError `pki.certificate-invalid` where there is none, or one cannot be read. */
export function readChain(source: string | readonly Buffer[]): Chain {
  const parts = typeof source === 'string' ? certificatesOf(source) : source
  const [first = '', ...rest] = parts
  return [parseCertificate(first), ...rest.map((part) => parseCertificate(part))]
}

/** @returns The CA certificates of a PEM text. @throws FedctlError `pki.certificate-invalid` where one cannot be read. */
export function readAnchors(pem: string): TrustAnchor[] {
  return certificatesOf(pem).map((text) => readTrustAnchor(text))
}

/** What a snapshot keeps of the first certificate; `verifiedByCa` only where there are anchors to ask. */
export function factsOf([first, ...others]: Chain, anchors?: readonly TrustAnchor[]): CertificateFacts {
  const {facts} = first
  return dropUndefined<CertificateFacts>({
    authorityKeyId: facts.authorityKeyId,
    commonName: facts.commonName ?? '',
    dnsNames: facts.dnsNames,
    fingerprint: facts.fingerprint,
    ipAddresses: facts.ipAddresses,
    issuer: facts.issuer,
    notAfter: facts.notAfter.toISOString(),
    notBefore: facts.notBefore.toISOString(),
    usages: facts.usages,
    verifiedByCa: anchors && leadsTo(first, others, anchors),
  })
}

/** Whether signatures lead from a certificate to an anchor, over CA certificates among `others` where needed. Dates are not looked at. */
export function leadsTo(
  certificate: ParsedCertificate,
  others: readonly ParsedCertificate[],
  anchors: readonly TrustAnchor[],
): boolean {
  if (anchors.some((anchor) => isIssuedBy(certificate, anchor))) return true
  return others.some((issuer) => {
    const further = others.filter((other) => other !== issuer)
    return issuer.facts.isCa && isIssuedBy(certificate, issuer) && leadsTo(issuer, further, anchors)
  })
}

/** The anchors above a certificate, the nearest first. */
export function issuersOf(certificate: ParsedCertificate, anchors: readonly TrustAnchor[]): TrustAnchor[] {
  const issuer = anchors.find((anchor) => isIssuedBy(certificate, anchor))
  if (!issuer) return []
  return [
    issuer,
    ...issuersOf(
      issuer,
      anchors.filter((anchor) => anchor !== issuer),
    ),
  ]
}

function isIssuedBy({certificate, issuer}: ParsedCertificate, ca: ParsedCertificate): boolean {
  if (!issuer.equals(ca.subject)) return false
  try {
    return certificate.verify(ca.certificate.publicKey)
  } catch {
    // A key of a kind that OpenSSL cannot verify with has not signed it.
    return false
  }
}

function certificatesOf(pem: string): string[] {
  return pemBlocks(pem)
    .filter(({label}) => label.endsWith('CERTIFICATE'))
    .map(({text}) => text)
}
