import type {KeyObject} from 'node:crypto'

import {FedctlError} from '../errors/fedctl-error.js'
import {type Asn1, childrenOf, parseDer} from './asn1.js'
import type {CertificatePair} from './create-ca.js'
import {isEncrypted, isPrivateKey, type PemBlock, pemBlocks, privateKeyFrom} from './pem.js'
import type {CertificateFacts} from './read-certificate.js'
import {signatureScheme} from './signature.js'
import {readTrustAnchor, type TrustAnchor} from './trust-anchor.js'
import {dayOf} from './validity.js'

/** A CA that can issue certificates. Holds the private key as a key object: never print or serialise it. */
export interface CertificateAuthority extends TrustAnchor {
  readonly key: KeyObject
  /** The subject's name as it is copied into what the CA issues. */
  readonly name: Asn1
}

/** What the two are called in messages: their paths, where they come from files. */
export interface CaNames {
  readonly certificate: string
  readonly key: string
}

/** Half a file is what an earlier crash or a full disk leaves of one that was copied there. */
const restore = 'restore the whole file from a backup'

const unnamed: CaNames = {certificate: 'the CA certificate', key: 'the CA key'}

/**
 * Reads a CA that is to issue certificates, made by fedctl, by Consul, or by anything else: EC P-256, P-384 or P-521, or RSA.
 * @throws FedctlError `pki.ca-invalid` that says what is wrong with it. The key's text is never in an error.
 */
export function loadCa({certPem, keyPem}: CertificatePair, now: Date, names: CaNames = unnamed): CertificateAuthority {
  const certificateBlocks = pemBlocks(certPem)
  const keyBlocks = pemBlocks(keyPem).filter((block) => isPrivateKey(block))
  refuseSwapped(certificateBlocks, keyBlocks, names)
  const anchor = readCaCertificate(certificateBlocks, names)
  const key = readCaKey(keyBlocks, names)
  refuseUnfit(anchor.facts, now, names)
  if (!anchor.certificate.checkPrivateKey(key)) {
    throw invalid(`${names.key} is not the key of ${names.certificate}`, 'use the two files that were created together')
  }
  if (hasUnnamedCurve(anchor.publicKey)) {
    const hint = 'make a CA whose key names its curve, as openssl does without -param_enc explicit'
    throw invalid(`${names.certificate} spells out the curve of its key, which Consul cannot read`, hint)
  }
  if (!anchor.certificate.raw.includes(anchor.subject)) {
    throw invalid(`the subject of ${names.certificate} is not in DER, so Consul would not recognise its name`)
  }
  return {...anchor, key, name: parseDer(anchor.subject)}
}

/** Whether the parameters of an EC key are not the name of a curve: Go reads nothing else (crypto/x509, namedCurveFromOID). */
function hasUnnamedCurve(key: KeyObject): boolean {
  if (key.asymmetricKeyType !== 'ec') return false
  const [algorithm] = childrenOf(parseDer(key.export({format: 'der', type: 'spki'})))
  return Array.isArray(childrenOf(algorithm)[1]?.value)
}

function refuseSwapped(certificate: readonly PemBlock[], keys: readonly PemBlock[], names: CaNames): void {
  if (keys.length > 0 || certificate.every((block) => !isPrivateKey(block))) return
  throw invalid(`${names.certificate} holds a private key, and ${names.key} holds none`, 'swap the two files')
}

function readCaCertificate(blocks: readonly PemBlock[], names: CaNames): TrustAnchor {
  const certificates = blocks.filter((block) => block.label === 'CERTIFICATE')
  const [only] = certificates
  if (!only)
    throw invalid(
      `${names.certificate} holds no certificate in PEM`,
      restore,
      'or convert DER with openssl x509 -inform der',
    )
  if (blocks.some((block) => isPrivateKey(block))) {
    const hint = 'keep the key in a file of its own: every agent gets a copy of the certificate'
    throw invalid(`${names.certificate} holds a private key beside the certificate`, hint)
  }
  if (certificates.length > 1) {
    const hint = 'use a file with nothing but the certificate of the CA that signs'
    throw invalid(`${names.certificate} holds ${certificates.length} certificates instead of one`, hint)
  }
  try {
    return readTrustAnchor(only.text)
  } catch (error) {
    throw new FedctlError('pki.ca-invalid', `${names.certificate} holds a certificate that cannot be read`, {
      cause: error,
      suggestions: [restore],
    })
  }
}

function readCaKey(blocks: readonly PemBlock[], names: CaNames): KeyObject {
  const [only] = blocks
  if (!only) throw invalid(`${names.key} holds no private key in PEM`, restore)
  if (blocks.length > 1) throw invalid(`${names.key} holds ${blocks.length} private keys instead of one`)
  if (isEncrypted(only)) {
    throw invalid(
      `${names.key} is encrypted`,
      'decrypt it with openssl pkey; neither fedctl nor Consul asks for a passphrase',
    )
  }
  const key = privateKeyFrom(only)
  if (!key) throw invalid(`${names.key} holds a private key that cannot be read`, restore)
  if (!signatureScheme(key)) {
    const {modulusLength, namedCurve} = key.asymmetricKeyDetails ?? {}
    const kind = [key.asymmetricKeyType, namedCurve, modulusLength].filter((part) => part !== undefined).join(' ')
    throw invalid(`${names.key} is of the kind ${kind}`, 'use EC P-256, P-384 or P-521, or RSA from 2048 bits on')
  }
  return key
}

function refuseUnfit(facts: CertificateFacts, now: Date, names: CaNames): void {
  const {certificate} = names
  if (!facts.isCa) {
    const hint = 'use a certificate with CA:TRUE whose key may sign certificates, not one of a node'
    throw invalid(`${certificate} is not the certificate of a CA`, hint)
  }
  const limited = facts.usages.length > 0 && !facts.usages.includes('2.5.29.37.0')
  if (limited && !(facts.usages.includes('serverAuth') && facts.usages.includes('clientAuth'))) {
    throw invalid(`${certificate} is limited to ${facts.usages.join(', ')}, and Consul needs serverAuth and clientAuth`)
  }
  if (facts.notAfter.getTime() < now.getTime()) throw invalid(`${certificate} has expired on ${dayOf(facts.notAfter)}`)
  if (facts.notBefore.getTime() > now.getTime()) {
    const hints = [
      `check the clock of this machine, which says ${now.toISOString()}`,
      'where that is right and it was wrong when the CA was made: move pki/ away to begin with a new CA',
    ]
    throw invalid(`${certificate} is not valid before ${facts.notBefore.toISOString()}`, ...hints)
  }
}

function invalid(message: string, ...suggestions: string[]): FedctlError {
  return new FedctlError('pki.ca-invalid', message, {suggestions})
}
