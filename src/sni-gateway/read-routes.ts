import type {CheckServiceNode} from '../consul/types.js'
import type {Target} from './routes.js'

/** The servers of the own datacenter by node name, at their LAN addresses, from the health of the service `consul`. */
export function readServers(answer: readonly CheckServiceNode[]): Map<string, Target> {
  return new Map(
    answer.map((entry) => [
      entry.Node.Node.toLowerCase(),
      {critical: isCritical(entry), host: entry.Service.Address || entry.Node.Address, port: entry.Service.Port},
    ]),
  )
}

/**
 * The gateways of other datacenters at their WAN addresses, from the federation states.
 * Only those that expose servers; datacenters without one are left out.
 */
export function readGateways(
  answer: Readonly<Record<string, readonly CheckServiceNode[] | null>>,
  ownDatacenter: string,
): Map<string, readonly Target[]> {
  const found = new Map<string, readonly Target[]>()
  for (const [datacenter, entries] of Object.entries(answer)) {
    const name = datacenter.toLowerCase()
    const exposing = (entries ?? []).filter((entry) => entry.Service.Meta?.['consul-wan-federation'] === '1')
    if (name !== ownDatacenter && exposing.length > 0) found.set(name, exposing.map(wanTarget))
  }
  return found
}

/**
 * Where other datacenters reach a gateway: tagged address `wan` of the service, its address, tagged address `wan` of the node, its address;
 * the port is that of the tagged address where it has one (BestAddress in Consul agent/structs/structs.go, 1.8–1.21).
 */
function wanTarget(entry: CheckServiceNode): Target {
  const {Node: node, Service: service} = entry
  const wan = service.TaggedAddresses?.wan
  return {
    critical: isCritical(entry),
    host: (wan ? wan.Address : service.Address) || node.TaggedAddresses?.wan || node.Address,
    port: wan?.Port || service.Port,
  }
}

function isCritical(entry: CheckServiceNode): boolean {
  return (entry.Checks ?? []).some((check) => check.Status === 'critical')
}
