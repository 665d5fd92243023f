import type {KeyObject} from 'node:crypto'

import type {ExtendedUsage} from './extensions.js'
import {namesOutside} from './name-constraints.js'
import {isEncrypted, isPrivateKey, pemBlocks, privateKeyFrom} from './pem.js'
import {type CertificateFacts, type ParsedCertificate, parseIfReadable} from './read-certificate.js'
import {nameOfCa, type TrustAnchor} from './trust-anchor.js'
import {canonicalAddress} from './names.js'
import {dayOf, timeLeft} from './validity.js'

/** What a certificate has to be good for. More names than these do no harm. */
export interface CertificateExpectation {
  readonly dnsNames: readonly string[]
  readonly ipAddresses: readonly string[]
  readonly usages: readonly ExtendedUsage[]
  /** It must not expire before then. */
  readonly validUntil?: Date
}

export interface CertificateToCheck {
  /** PEM (of several certificates the first) or DER. */
  readonly certificate: string | Uint8Array
  /** The private key, in PEM where it comes from a file. Undefined where it is not known, such as that of a peer. */
  readonly key?: KeyObject | string
}

/** What is said of something that is no certificate. */
export const unreadable = 'cannot be read as a certificate'

const anyUsage = '2.5.29.37.0'

/**
 * What is wrong with a certificate, as predicates: 'lacks the name n1.server.dc1.consul', 'has expired on 2026-11-20'.
 * Its signature, issuer, key, names, usages and dates are looked at, and whether its CA may certify those names.
 * @returns No problem: an empty list.
 */
export function checkCertificate(
  {certificate, key}: CertificateToCheck,
  ca: TrustAnchor,
  expected: CertificateExpectation,
  now: Date,
): string[] {
  const parsed = parseIfReadable(certificate)
  return parsed ? checkParsedCertificate(parsed, key, ca, expected, now) : [unreadable]
}

/** Like `checkCertificate`, for a certificate that has been read already. */
export function checkParsedCertificate(
  parsed: ParsedCertificate,
  key: KeyObject | string | undefined,
  ca: TrustAnchor,
  expected: CertificateExpectation,
  now: Date,
): string[] {
  return [
    ...issuerProblems(parsed, ca),
    ...(key === undefined ? [] : keyProblems(parsed, key)),
    ...nameProblems(parsed.facts, expected),
    ...constraintProblems(parsed.facts, ca),
    ...usageProblems(parsed.facts, expected),
    ...dateProblems(parsed.facts, expected, now),
  ]
}

/** Whether a name of a certificate covers `name`: the same name, or a wildcard for its first label. */
export function coversName(pattern: string, name: string): boolean {
  const [own, wanted] = [pattern.toLowerCase(), name.toLowerCase()]
  if (own === wanted) return true
  const dot = wanted.indexOf('.')
  return dot > 0 && own === `*${wanted.slice(dot)}`
}

/** The issuer's name is compared byte for byte, as Go does; OpenSSL would be content with an equal name in another encoding. */
function issuerProblems({certificate, facts, issuer}: ParsedCertificate, ca: TrustAnchor): string[] {
  const issued = issuer.equals(ca.subject) && certificate.verify(ca.publicKey)
  return [
    ...(issued ? [] : [`was not issued by the CA ${nameOfCa(ca.facts)}`]),
    ...(facts.isCa ? ['is a certificate of a CA'] : []),
  ]
}

/** What is wrong with the key of a certificate: that it is of another one, encrypted or unreadable. */
export function keyProblems({certificate}: ParsedCertificate, key: KeyObject | string): string[] {
  const block = typeof key === 'string' ? pemBlocks(key).find((candidate) => isPrivateKey(candidate)) : undefined
  if (block && isEncrypted(block)) return ['has an encrypted key, which Consul cannot read']
  const privateKey = typeof key === 'string' ? block && privateKeyFrom(block) : key
  if (!privateKey) return ['has a key that cannot be read']
  return certificate.checkPrivateKey(privateKey) ? [] : ['does not belong to its key']
}

function nameProblems(facts: CertificateFacts, {dnsNames, ipAddresses}: CertificateExpectation): string[] {
  const names = dnsNames.filter((name) => !facts.dnsNames.some((pattern) => coversName(pattern, name)))
  const known = new Set(facts.ipAddresses)
  const addresses = ipAddresses.filter((address) => !known.has(canonicalAddress(address)))
  return [
    ...(names.length > 0 ? [`lacks the ${plural('name', names)} ${names.join(', ')}`] : []),
    ...(addresses.length > 0 ? [`lacks the ${plural('address', addresses)} ${addresses.join(', ')}`] : []),
  ]
}

function constraintProblems(facts: CertificateFacts, ca: TrustAnchor): string[] {
  const outside = ca.facts.nameConstraints ? namesOutside(ca.facts.nameConstraints, facts) : []
  return outside.length > 0 ? [`holds what its CA may not certify: ${outside.join(', ')}`] : []
}

function usageProblems(facts: CertificateFacts, {usages}: CertificateExpectation): string[] {
  const limited = facts.usages.length > 0 && !facts.usages.includes(anyUsage)
  const missing = limited ? usages.filter((usage) => !facts.usages.includes(usage)) : []
  const cannotSign = facts.keyUsage !== undefined && !facts.keyUsage.includes('digitalSignature')
  return [
    ...(missing.length > 0 ? [`lacks the ${plural('usage', missing)} ${missing.join(', ')}`] : []),
    ...(cannotSign ? ['lacks the key usage digitalSignature'] : []),
  ]
}

function dateProblems(
  {notAfter, notBefore}: CertificateFacts,
  {validUntil}: CertificateExpectation,
  now: Date,
): string[] {
  if (notBefore.getTime() > now.getTime()) return [`is not valid before ${notBefore.toISOString()}`]
  if (notAfter.getTime() < now.getTime()) return [`has expired on ${dayOf(notAfter)}`]
  if (!validUntil || notAfter.getTime() >= validUntil.getTime()) return []
  return [`expires on ${dayOf(notAfter)}, in ${timeLeft(notAfter, now)}`]
}

function plural(word: string, list: readonly unknown[]): string {
  if (list.length === 1) return word
  return word.endsWith('s') ? `${word}es` : `${word}s`
}
