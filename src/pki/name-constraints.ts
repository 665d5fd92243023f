import {addressBytes} from './names.js'
import type {NameConstraints, NameSubtrees} from './read-extensions.js'

/**
 * The names and addresses that a CA with those constraints may not certify, RFC 5280 §4.2.1.10.
 * A kind of name that the CA does not speak of is free.
 */
export function namesOutside(
  constraints: NameConstraints,
  names: {readonly dnsNames: readonly string[]; readonly ipAddresses: readonly string[]},
): string[] {
  const {excluded, permitted} = constraints
  const dns = names.dnsNames.filter((name) => {
    const outside = permitted.dnsDomains.length > 0 && !inDomains(name, permitted)
    return outside || inDomains(name, excluded)
  })
  const addresses = names.ipAddresses.filter((address) => {
    const outside = permitted.networks.length > 0 && !inNetworks(address, permitted)
    return outside || inNetworks(address, excluded)
  })
  return [...dns, ...addresses]
}

/** A domain covers itself and what is below it; one with a leading dot only what is below; the empty one everything. */
function inDomains(name: string, {dnsDomains}: NameSubtrees): boolean {
  const lower = name.toLowerCase()
  return dnsDomains.some((domain) => {
    const base = domain.toLowerCase()
    if (base === '' || base.startsWith('.')) return lower.endsWith(base) && lower !== base
    return lower === base || lower.endsWith(`.${base}`)
  })
}

function inNetworks(address: string, {networks}: NameSubtrees): boolean {
  const bytes = addressBytes(address)
  return networks.some(
    (network) =>
      network.length === 2 * bytes.length &&
      bytes.every((byte, index) => {
        const mask = network[bytes.length + index] ?? 0
        return (byte & mask) === ((network[index] ?? 0) & mask)
      }),
  )
}
