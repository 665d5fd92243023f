import ipaddr from 'ipaddr.js'

import {type Asn1, bytesOf, childrenOf, isContext, oidOf, parseDer} from './asn1.js'
import {type ExtendedUsage, extensionIds, generalName, usageIds} from './extensions.js'

/** What the extensions of a certificate say, as far as Consul and fedctl ask. */
export interface CertificateExtensions {
  /** Key identifier of the issuer, hexadecimal in lower case. */
  readonly authorityKeyId?: string
  readonly dnsNames: readonly string[]
  /** Uses of the key; undefined where the certificate does not limit them. */
  readonly keyUsage?: readonly KeyUse[]
  readonly ipAddresses: readonly string[]
  /** Present where the certificate, one of a CA, limits the names that it may certify. */
  readonly nameConstraints?: NameConstraints
  /** Key identifier of the subject, hexadecimal in lower case. */
  readonly subjectKeyId?: string
  readonly uris: readonly string[]
  /** Extended usages by name, unknown ones as OID. Empty where the certificate does not limit them. */
  readonly usages: readonly string[]
}

export type KeyUse = (typeof keyUses)[number]

/** Subtrees of RFC 5280 §4.2.1.10; networks are address and mask of 8 or 32 bytes. */
export interface NameConstraints {
  readonly excluded: NameSubtrees
  readonly permitted: NameSubtrees
}

export interface NameSubtrees {
  readonly dnsDomains: readonly string[]
  readonly networks: readonly Uint8Array[]
}

const keyUses = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
] as const

/** @param node The field `[3]` of a certificate, if it has one. Throws where it is not what it has to be. */
export function readExtensions(node: Asn1 | undefined): CertificateExtensions {
  const values = node ? extensionValues(node) : new Map<string, Asn1>()
  const ids = identifiersOf(values)
  const names = values.get(extensionIds.subjectAltName)
  const keyUsage = values.get(extensionIds.keyUsage)
  const constraints = values.get(extensionIds.nameConstraints)
  return {
    ...ids,
    dnsNames: namesOf(names, generalName.dns).map((bytes) => bytes.toString('latin1')),
    ipAddresses: namesOf(names, generalName.ip).map((bytes) => ipaddr.fromByteArray([...bytes]).toString()),
    ...(keyUsage ? {keyUsage: keyUsesOf(keyUsage)} : {}),
    ...(constraints ? {nameConstraints: constraintsOf(constraints)} : {}),
    uris: namesOf(names, generalName.uri).map((bytes) => bytes.toString('latin1')),
    usages: usagesOf(values.get(extensionIds.extendedKeyUsage)),
  }
}

/** The decoded extensions that are read here, by OID. */
function extensionValues(node: Asn1): Map<string, Asn1> {
  const known = new Set<string>(Object.values(extensionIds))
  const all = childrenOf(childrenOf(node)[0]).map((extension) => childrenOf(extension))
  return new Map(
    all
      .map((parts) => [oidOf(parts[0]), parts.at(-1)] as const)
      .filter(([id]) => known.has(id))
      .map(([id, value]) => [id, parseDer(bytesOf(value))]),
  )
}

function identifiersOf(values: Map<string, Asn1>): {authorityKeyId?: string; subjectKeyId?: string} {
  const subject = values.get(extensionIds.subjectKeyIdentifier)
  const authority = values.get(extensionIds.authorityKeyIdentifier)
  const authorityId = authority && childrenOf(authority).find((part) => isContext(part, 0))
  return {
    ...(authorityId ? {authorityKeyId: bytesOf(authorityId).toString('hex')} : {}),
    ...(subject ? {subjectKeyId: bytesOf(subject).toString('hex')} : {}),
  }
}

function namesOf(node: Asn1 | undefined, choice: number): Buffer[] {
  return node
    ? childrenOf(node)
        .filter((name) => isContext(name, choice))
        .map((name) => bytesOf(name))
    : []
}

function keyUsesOf(node: Asn1): KeyUse[] {
  const [, first = 0] = bytesOf(node)
  return keyUses.filter((_, bit) => (first & (0x80 >> bit)) !== 0)
}

function usagesOf(node: Asn1 | undefined): string[] {
  const names = new Map<string, ExtendedUsage>([
    [usageIds.clientAuth, 'clientAuth'],
    [usageIds.serverAuth, 'serverAuth'],
  ])
  return (node ? childrenOf(node) : []).map((usage) => names.get(oidOf(usage)) ?? oidOf(usage))
}

function constraintsOf(node: Asn1): NameConstraints {
  const parts = childrenOf(node)
  return {excluded: subtreesOf(parts, 1), permitted: subtreesOf(parts, 0)}
}

function subtreesOf(parts: readonly Asn1[], choice: number): NameSubtrees {
  const list = parts.find((part) => isContext(part, choice))
  const bases = (list ? childrenOf(list) : []).flatMap((subtree) => childrenOf(subtree).slice(0, 1))
  return {
    dnsDomains: bases
      .filter((base) => isContext(base, generalName.dns))
      .map((base) => bytesOf(base).toString('latin1')),
    networks: bases.filter((base) => isContext(base, generalName.ip)).map((base) => bytesOf(base)),
  }
}
