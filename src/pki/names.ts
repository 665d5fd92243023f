import {isIP} from 'node:net'

import ipaddr from 'ipaddr.js'

import {FedctlError} from '../errors/fedctl-error.js'
import type {ExtendedUsage} from './extensions.js'

export type CertificateKind = 'cli' | 'client' | 'server'

/** What a certificate is issued for: its names and what it may be used for, in the order in which they are written. */
export interface CertificateNames {
  readonly commonName: string
  readonly dnsNames: readonly string[]
  readonly ipAddresses: readonly string[]
  /** Empty: no extended key usage at all. */
  readonly usages: readonly ExtendedUsage[]
}

export interface NamesRequest {
  readonly additionalDnsNames?: readonly string[] | undefined
  readonly additionalIpAddresses?: readonly string[] | undefined
  readonly datacenter: string
  readonly domain: string
  readonly kind: CertificateKind
  /** Servers only: adds `<node>.server.<datacenter>.<domain>`. */
  readonly node?: string | undefined
}

/**
 * The names and usages that `consul tls cert create` gives to a certificate of that kind: additional names come first, `cli` drops
 * additional DNS names and has no usages (Consul command/tls/cert/create/tls_cert_create.go, 1.8–1.21).
 * @throws FedctlError `usage` for a name or an address that no certificate can hold.
 */
export function namesOf(request: NamesRequest): CertificateNames {
  const {datacenter, domain, kind, node} = request
  const commonName = `${kind}.${datacenter}.${domain}`
  const additionalDns = cleaned(request.additionalDnsNames)
  const additionalIps = cleaned(request.additionalIpAddresses)
  const nodeNames = kind === 'server' && node ? [`${node}.${commonName}`] : []
  const names: Record<CertificateKind, Omit<CertificateNames, 'commonName'>> = {
    cli: {dnsNames: [commonName, 'localhost'], ipAddresses: additionalIps, usages: []},
    client: {
      dnsNames: [...additionalDns, commonName, 'localhost'],
      ipAddresses: [...additionalIps, '127.0.0.1'],
      usages: ['clientAuth', 'serverAuth'],
    },
    server: {
      dnsNames: [...additionalDns, ...nodeNames, commonName, 'localhost'],
      ipAddresses: [...additionalIps, '127.0.0.1'],
      usages: ['serverAuth', 'clientAuth'],
    },
  }
  const {dnsNames, ipAddresses, usages} = names[kind]
  for (const name of dnsNames) refuseBadName(name)
  return {commonName, dnsNames, ipAddresses: ipAddresses.map((text) => canonicalAddress(text)), usages}
}

/** @throws FedctlError `usage` where `name` is empty or holds what a DNS name in a certificate cannot: spaces and all but ASCII. */
export function refuseBadName(name: string): void {
  if (/^[!-~]+$/.test(name)) return
  throw new FedctlError('usage', `${JSON.stringify(name)} cannot stand in a certificate as a DNS name`, {
    suggestions: ['use letters, digits, hyphens and dots; write international names in their xn-- form'],
  })
}

/** @throws FedctlError `usage` where a name that becomes part of a file name would lead to another folder. */
export function refusePathInName(what: string, name: string): void {
  if (!/[/\\]/.test(name)) return
  throw new FedctlError('usage', `the ${what} ${JSON.stringify(name)} has a slash in it`, {
    suggestions: [`use the ${what} as Consul has it, such as ${what === 'domain' ? 'consul' : 'dc1'}`],
  })
}

/**
 * @returns The address as it is read from a certificate again: lower case, shortest form, IPv4 also for `::ffff:…`.
 * @throws FedctlError `usage` where it is not an IP address.
 */
export function canonicalAddress(text: string): string {
  if (isIP(text) === 0 || text.includes('%')) {
    throw new FedctlError('usage', `${JSON.stringify(text)} is not an IP address`, {
      suggestions: ['use an address such as 10.0.0.1 or fd00::1, without port, mask or zone'],
    })
  }
  return ipaddr.process(text).toString()
}

/** The bytes of an IP address, 4 or 16. */
export function addressBytes(text: string): Buffer {
  return Buffer.from(ipaddr.process(text).toByteArray())
}

/** As Consul treats repeated flags: empty ones are dropped, spaces around the others cut. */
function cleaned(values: readonly string[] = []): string[] {
  return values.filter((value) => value !== '').map((value) => value.trim())
}
