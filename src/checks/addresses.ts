import ipaddr from 'ipaddr.js'

import type {Agent, Federation} from '../federation/model.js'
import {isAddress} from '../federation/fields/address.js'
import {type Endpoint, formatEndpoint, sameEndpoint as sameHostAndPort} from '../federation/fields/endpoint.js'
import {agentsOf} from '../federation/selectors.js'

/**
 * The address under which a server stands in the WAN pool: `advertise_addr_wan`, else `advertise_addr`, else its own.
 * @returns Undefined where it is a go-sockaddr template, which only the agent can expand.
 */
export function wanPoolAddress(server: Agent): string | undefined {
  const address = server.wanAddress ?? server.advertiseAddr ?? server.address
  return isAddress(address) ? address : undefined
}

/** The address under which an agent stands in the LAN pool; undefined for a template. */
export function lanPoolAddress(agent: Agent): string | undefined {
  const address = agent.advertiseAddr ?? agent.address
  return isAddress(address) ? address : undefined
}

export {sameHost} from '../federation/fields/address.js'

/** Whether two endpoints have the same host and port. */
export function sameEndpoint(a: EndpointFacts, b: EndpointFacts): boolean {
  return sameHostAndPort(asEndpoint(a), asEndpoint(b))
}

export interface EndpointFacts {
  readonly address: string
  readonly port: number
}

/** `10.0.0.1:8443`, with brackets around an IPv6 address. */
export function shownEndpoint(facts: EndpointFacts): string {
  return formatEndpoint(asEndpoint(facts))
}

/** As the federation file has endpoints. */
export function asEndpoint({address, port}: EndpointFacts): Endpoint {
  return {host: address, port}
}

/**
 * How far an address carries. `everywhere`: public addresses and names. `nowhere`: `0.0.0.0` and the like.
 * Private ranges, carrier-grade NAT and link-local addresses are `inside`: others reach them only where somebody routes them.
 */
export function reachOf(host: string): 'everywhere' | 'inside' | 'loopback' | 'nowhere' {
  if (!isAddress(host)) return 'everywhere'
  switch (ipaddr.process(host).range()) {
    case 'loopback':
      return 'loopback'
    case 'carrierGradeNat':
    case 'linkLocal':
    case 'private':
    case 'uniqueLocal':
      return 'inside'
    case 'broadcast':
    case 'multicast':
    case 'unspecified':
      return 'nowhere'
    default:
      return 'everywhere'
  }
}

/** Whether the whole federation runs on loopback addresses, as a lab does. */
export function isOnLoopback(model: Federation): boolean {
  return model.datacenters.flatMap(agentsOf).every(({address}) => reachOf(address) === 'loopback')
}
