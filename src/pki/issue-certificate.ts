import {FedctlError} from '../errors/fedctl-error.js'
import {buildCertificate, distinguishedName, keyIdentifier, newKey, randomSerialNumber} from './build-certificate.js'
import {checkCertificate} from './check-certificate.js'
import type {CertificatePair} from './create-ca.js'
import {
  authorityKeyIdentifier,
  basicConstraints,
  extendedKeyUsage,
  generalName,
  keyUsage,
  subjectAltName,
  subjectKeyIdentifier,
} from './extensions.js'
import type {CertificateAuthority} from './load-ca.js'
import {addressBytes, type CertificateNames} from './names.js'
import {toPem} from './pem.js'
import {type Validity, validityFor} from './validity.js'

export interface IssueOptions {
  readonly ca: CertificateAuthority
  readonly days: number
  /** Lets the certificate be valid for longer than its CA, as Consul does. Otherwise it ends with the CA. */
  readonly mayOutliveCa?: boolean
  readonly now: Date
  readonly profile: CertificateNames
}

export interface IssuedCertificate extends CertificatePair {
  /** Whether it ends with its CA, before `days` have passed. */
  readonly capped: boolean
  readonly notAfter: Date
}

/**
 * Issues a certificate with a new EC P-256 key and the fields of `consul tls cert create`
 * (Consul command/tls/cert/create and tlsutil/generate.go, 1.8–1.21). The issuer's name is the CA's subject byte for byte,
 * since Go compares bytes; the authority key id is the CA's own subject key id, and left out where the CA has none.
 * @throws FedctlError `pki.certificate-invalid` where the result would not be accepted, such as by the CA's name constraints.
 */
export function issueCertificate(options: IssueOptions): IssuedCertificate {
  const {ca, now, profile} = options
  const {capped, validity} = validityUnder(options)
  const {privateKey, privateKeyPem, publicKey} = newKey()
  const fields = {
    extensions: extensionsOf(profile, keyIdentifier(publicKey), ca.facts.subjectKeyId),
    issuer: ca.name,
    publicKey,
    serialNumber: randomSerialNumber(),
    subject: distinguishedName([['CN', profile.commonName]]),
    validity,
  }
  const certPem = toPem('CERTIFICATE', buildCertificate(fields, ca.key))
  const problems = checkCertificate({certificate: certPem, key: privateKey}, ca, profile, now)
  if (problems.length > 0) {
    throw new FedctlError(
      'pki.certificate-invalid',
      `no certificate for ${profile.commonName}: it ${problems.join('; it ')}`,
    )
  }
  return {capped, certPem, keyPem: privateKeyPem, notAfter: validity.notAfter}
}

function validityUnder({ca, days, mayOutliveCa, now}: IssueOptions): {capped: boolean; validity: Validity} {
  const wanted = validityFor(days, now)
  const end = ca.facts.notAfter
  if (mayOutliveCa || wanted.notAfter.getTime() <= end.getTime()) return {capped: false, validity: wanted}
  return {capped: true, validity: {...wanted, notAfter: end}}
}

/** In the order in which Go writes them. */
function extensionsOf(profile: CertificateNames, id: Buffer, authorityId: string | undefined) {
  return [
    keyUsage('digitalSignature', 'keyEncipherment'),
    ...(profile.usages.length > 0 ? [extendedKeyUsage(profile.usages)] : []),
    basicConstraints(false),
    subjectKeyIdentifier(id),
    ...(authorityId === undefined ? [] : [authorityKeyIdentifier(Buffer.from(authorityId, 'hex'))]),
    subjectAltName([
      ...profile.dnsNames.map((name) => [generalName.dns, Buffer.from(name, 'ascii')] as const),
      ...profile.ipAddresses.map((address) => [generalName.ip, addressBytes(address)] as const),
    ]),
  ]
}
