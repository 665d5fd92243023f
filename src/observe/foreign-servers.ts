import type {Agent, Datacenter} from '../federation/model.js'

/** Connections through gateways of other datacenters that a round makes at most before it chooses. */
const mostConnections = 1000

/** Whether probes of every server through a gateway of every other datacenter would be too many. */
export function isLarge(datacenters: readonly Datacenter[]): boolean {
  const servers = datacenters.flatMap((each) => each.servers)
  return servers.length * (datacenters.length - 1) > mostConnections
}

/**
 * The servers of other datacenters that are probed through one gateway of a datacenter: all of them, or in a large federation one or more of each other
 * datacenter, so that every server is the one for some other datacenter. A gateway sends a name of another datacenter to the gateways there, which alone
 * tell the servers apart, and through those every server is probed anyway (Consul agent/xds, wildcard routes by datacenter, 1.8–1.21).
 */
export function foreignServers(datacenter: Datacenter, datacenters: readonly Datacenter[]): Agent[] {
  const others = datacenters.filter((other) => other !== datacenter)
  if (!isLarge(datacenters)) return others.flatMap((other) => other.servers)
  return others.flatMap((other) => {
    const turn = datacenters.filter((each) => each !== other).indexOf(datacenter)
    const due = other.servers.filter((_, index) => index % others.length === turn)
    return due.length > 0 ? due : other.servers.slice(turn % other.servers.length).slice(0, 1)
  })
}
