import type {Federation} from '../../federation/model.js'
import {agentsOf} from '../../federation/selectors.js'
import type {Namespaces} from '../../hosts/namespaces.js'
import {wanAddress} from '../layout.js'

/**
 * The networks of an isolated lab. Each datacenter has a namespace with its LAN addresses, which this machine reaches through a link of
 * its own. The WAN is a namespace that routes to the WAN addresses of gateways; this machine is one more host on it. Into a LAN it lets
 * nothing but answers of gateways: servers of a secondary call gateways of the primary themselves as long as they have none of their own,
 * and from their LAN addresses (Consul agent/pool/pool.go, 1.8–1.21).
 */
export interface NetworkPlan {
  readonly datacenters: readonly DatacenterNetwork[]
  readonly wan: {
    /** Ports at which gateways are called. */
    readonly gatewayPorts: readonly number[]
    /** WAN address of this machine. */
    readonly here: string
    /** All LANs together. */
    readonly lans: string
    /** Also the name of the interface of this machine that leads there. */
    readonly namespace: string
    readonly router: string
    readonly subnet: string
  }
}

export interface DatacenterNetwork {
  readonly datacenter: string
  /** WAN addresses of its gateways. */
  readonly gateways: readonly string[]
  /** LAN address of this machine. */
  readonly here: string
  readonly lan: readonly string[]
  /** Also the name of the interface of this machine that leads there. */
  readonly namespace: string
  /** From which its gateways call others: their WAN addresses are for being called. Undefined without gateways. */
  readonly outgoing: string | undefined
  readonly subnet: string
}

const [hereOnLan, hereOnWan, router] = [254, 253, 254]

/** The networks of a federation in a block of addresses. */
export function networkPlan(
  {datacenters}: Pick<Federation, 'datacenters'>,
  block: number,
  namespaces: Namespaces,
): NetworkPlan {
  return {
    datacenters: datacenters.map((datacenter, index) => {
      const [number, {gateways, name}] = [index + 1, datacenter]
      return {
        datacenter: name,
        gateways: gateways.map((gateway) => gateway.wanAddress),
        here: `10.${block}.${number}.${hereOnLan}`,
        lan: [...new Set([...agentsOf(datacenter), ...gateways].map(({address}) => address))],
        namespace: namespaces.datacenters[name] ?? '',
        outgoing: gateways[0]?.address,
        subnet: `10.${block}.${number}.0/24`,
      }
    }),
    wan: {
      gatewayPorts: [...new Set(datacenters.flatMap(({gateways}) => gateways.map(({wanPort}) => wanPort)))],
      here: wanAddress(block, hereOnWan),
      lans: `10.${block}.0.0/16`,
      namespace: namespaces.wan,
      router: wanAddress(block, router),
      subnet: `${wanAddress(block, 0)}/24`,
    },
  }
}

/**
 * The names that a lab gives its namespaces and the interfaces that lead there: at most 15 characters, as Linux has it.
 * @param tag sets one lab apart from another that had the same addresses at another time: four hexadecimal digits.
 */
export function namespacesFor(datacenters: readonly string[], block: number, tag: string): Namespaces {
  const nameOf = (what: string) => `fed${block}-${tag}-${what}`
  return {
    datacenters: Object.fromEntries(datacenters.map((name) => [name, nameOf(name)])),
    schemaVersion: 1,
    wan: nameOf('wan'),
  }
}
