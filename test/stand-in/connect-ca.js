import {compiled} from './compiled.js'

const dayMs = 86_400_000

/**
 * A Connect CA such as the built-in provider makes: recorded certificates would expire.
 * @returns {Promise<{ intermediate: (datacenter: string) => string, root: string }>} PEM
 */
export async function makeConnectCa() {
  /** @type {typeof import('../../src/pki/build-certificate.js')} */
  const {buildCertificate, distinguishedName, keyIdentifier, newKey, randomSerialNumber} =
    await compiled('pki/build-certificate')
  /** @type {typeof import('../../src/pki/extensions.js')} */
  const {authorityKeyIdentifier, basicConstraints, keyUsage, subjectKeyIdentifier} = await compiled('pki/extensions')
  /** @type {typeof import('../../src/pki/pem.js')} */
  const {toPem} = await compiled('pki/pem')
  const issuer = distinguishedName([['CN', 'pri-standin.consul.ca.5d92ea1c.consul']])
  const {privateKey, publicKey: ownKey} = newKey()
  const certificate = (
    /** @type {typeof issuer} */ subject,
    /** @type {Uint8Array} */ publicKey,
    /** @type {number} */ days,
  ) => {
    const extensions = [
      keyUsage('digitalSignature', 'keyCertSign', 'cRLSign'),
      basicConstraints(true),
      subjectKeyIdentifier(keyIdentifier(publicKey)),
      authorityKeyIdentifier(keyIdentifier(ownKey)),
    ]
    const now = Date.now()
    const validity = {notAfter: new Date(now + days * dayMs), notBefore: new Date(now - dayMs)}
    const fields = {extensions, issuer, publicKey, serialNumber: randomSerialNumber(), subject, validity}
    return toPem('CERTIFICATE', buildCertificate(fields, privateKey))
  }
  return {
    intermediate: (datacenter) =>
      certificate(distinguishedName([['CN', `sec-${datacenter}.consul.ca.5d92ea1c.consul`]]), newKey().publicKey, 365),
    root: certificate(issuer, ownKey, 3650),
  }
}
