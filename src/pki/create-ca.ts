import {buildCertificate, distinguishedName, keyIdentifier, newKey, randomSerialNumber} from './build-certificate.js'
import {
  authorityKeyIdentifier,
  basicConstraints,
  generalName,
  keyUsage,
  permittedDnsDomains,
  subjectAltName,
  subjectKeyIdentifier,
} from './extensions.js'
import {refuseBadName} from './names.js'
import {toPem} from './pem.js'
import {validityFor} from './validity.js'

export interface CaOptions {
  /** Domains besides `domain` and localhost; only used with `nameConstraint`. */
  readonly additionalNameConstraints?: readonly string[] | undefined
  /** Adds the URI `spiffe://<clusterId>.<domain>`. */
  readonly clusterId?: string | undefined
  /** Default `Consul Agent CA <serial number>`. */
  readonly commonName?: string | undefined
  readonly days: number
  readonly domain: string
  /** Limits the CA to names below `domain` and localhost. */
  readonly nameConstraint?: boolean
  readonly now: Date
}

/** A certificate and its private key, both PEM. */
export interface CertificatePair {
  readonly certPem: string
  readonly keyPem: string
}

/**
 * A new self-signed EC P-256 CA with the fields of `consul tls ca create`
 * (Consul command/tls/ca/create and tlsutil/generate.go, 1.8–1.21; cluster id and common name since 1.8.9 and 1.9.3).
 * @throws FedctlError `usage` for days or names that no certificate can hold.
 */
export function createCa(options: CaOptions): CertificatePair {
  const validity = validityFor(options.days, options.now)
  const domains = permittedDomains(options)
  const uri = options.clusterId ? `spiffe://${options.clusterId}.${options.domain}`.toLowerCase() : undefined
  for (const name of uri ? [...domains, uri] : domains) refuseBadName(name)

  const {privateKey, privateKeyPem, publicKey} = newKey()
  const serialNumber = randomSerialNumber()
  const name = caName(options.commonName || `Consul Agent CA ${BigInt(`0x${serialNumber.toString('hex')}`)}`)
  const id = keyIdentifier(publicKey)
  const extensions = [
    keyUsage('digitalSignature', 'keyCertSign', 'cRLSign'),
    basicConstraints(true),
    subjectKeyIdentifier(id),
    authorityKeyIdentifier(id),
    ...(uri ? [subjectAltName([[generalName.uri, Buffer.from(uri, 'ascii')]])] : []),
    ...(domains.length > 0 ? [permittedDnsDomains(domains)] : []),
  ]
  const fields = {extensions, issuer: name, publicKey, serialNumber, subject: name, validity}
  return {
    certPem: toPem('CERTIFICATE', buildCertificate(fields, privateKey)),
    keyPem: privateKeyPem,
  }
}

function permittedDomains({additionalNameConstraints = [], domain, nameConstraint}: CaOptions): string[] {
  return nameConstraint ? [...additionalNameConstraints, domain, 'localhost'] : []
}

function caName(commonName: string) {
  return distinguishedName([
    ['C', 'US'],
    ['ST', 'CA'],
    ['L', 'San Francisco'],
    ['street', '101 Second Street'],
    ['postalCode', '94105'],
    ['O', 'HashiCorp Inc.'],
    ['CN', commonName],
  ])
}
