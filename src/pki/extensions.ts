import {type Asn1, bitString, context, encodeDer, octetString, oid, sequence, truth} from './asn1.js'

export const extensionIds = {
  authorityKeyIdentifier: '2.5.29.35',
  basicConstraints: '2.5.29.19',
  extendedKeyUsage: '2.5.29.37',
  keyUsage: '2.5.29.15',
  nameConstraints: '2.5.29.30',
  subjectAltName: '2.5.29.17',
  subjectKeyIdentifier: '2.5.29.14',
} as const

export const usageIds = {clientAuth: '1.3.6.1.5.5.7.3.2', serverAuth: '1.3.6.1.5.5.7.3.1'} as const

/** What a certificate may be used for, as far as Consul asks. */
export type ExtendedUsage = keyof typeof usageIds

const keyUsageBits = {cRLSign: 6, digitalSignature: 0, keyCertSign: 5, keyEncipherment: 2} as const

/** Numbers of the choices of GeneralName, RFC 5280 §4.2.1.6. */
export const generalName = {dns: 2, ip: 7, uri: 6} as const

/** What the key may be used for; critical. */
export function keyUsage(...uses: (keyof typeof keyUsageBits)[]): Asn1 {
  const bits = uses.map((use) => keyUsageBits[use])
  const byte = bits.reduce<number>((sum, bit) => sum | (0x80 >> bit), 0)
  return extension(extensionIds.keyUsage, bitString(Buffer.of(byte), 7 - Math.max(...bits)), 'critical')
}

/** What the certificate may be used for, in that order. */
export function extendedKeyUsage(usages: readonly ExtendedUsage[]): Asn1 {
  return extension(extensionIds.extendedKeyUsage, sequence(...usages.map((usage) => oid(usageIds[usage]))))
}

/** Whether it is a certificate of a CA; critical, without a limit to the length of the path. */
export function basicConstraints(isCa: boolean): Asn1 {
  return extension(extensionIds.basicConstraints, isCa ? sequence(truth()) : sequence(), 'critical')
}

/** Key identifier of the subject. */
export function subjectKeyIdentifier(id: Uint8Array): Asn1 {
  return extension(extensionIds.subjectKeyIdentifier, octetString(id))
}

/** Key identifier of the issuer. */
export function authorityKeyIdentifier(id: Uint8Array): Asn1 {
  return extension(extensionIds.authorityKeyIdentifier, sequence(context(0, id)))
}

/** @param names Choice of GeneralName and its content, in the order of the certificate. */
export function subjectAltName(names: readonly (readonly [number, Uint8Array])[]): Asn1 {
  return extension(extensionIds.subjectAltName, sequence(...names.map(([choice, bytes]) => context(choice, bytes))))
}

/** Limits a CA to those DNS domains and what is below them. */
export function permittedDnsDomains(domains: readonly string[]): Asn1 {
  const subtrees = domains.map((domain) => sequence(context(generalName.dns, Buffer.from(domain, 'ascii'))))
  return extension(extensionIds.nameConstraints, sequence(context(0, subtrees)), 'critical')
}

function extension(id: string, value: Asn1, critical?: 'critical'): Asn1 {
  return sequence(oid(id), ...(critical ? [truth()] : []), octetString(encodeDer(value)))
}
