import ipaddr from 'ipaddr.js'

import type {Route} from './run-ip.js'

/** A shorter prefix, such as the default route, leads everywhere and is about nobody in particular. */
const shortestPrefix = 8

/**
 * @param subnets in CIDR notation.
 * @param own interfaces whose routes do not count.
 * @returns The routes that already lead to one of the subnets, or to a network around or inside one.
 */
export function routesTo(subnets: readonly string[], routes: readonly Route[], own: readonly string[]): Route[] {
  return routes.filter(({dev = '', dst}) => {
    if (dst === 'default' || own.includes(dev)) return false
    const there = ipaddr.parseCIDR(dst.includes('/') ? dst : `${dst}/32`)
    return there[1] >= shortestPrefix && subnets.some((subnet) => overlap(ipaddr.parseCIDR(subnet), there))
  })
}

type Cidr = ReturnType<typeof ipaddr.parseCIDR>

function overlap(one: Cidr, other: Cidr): boolean {
  const prefix = Math.min(one[1], other[1])
  return one[0].kind() === other[0].kind() && one[0].match(other[0], prefix)
}
