import {agentPorts} from '../agent-ports.js'
import {defaults} from '../defaults.js'
import {canonicalAddress} from '../fields/address.js'
import {agentsIn, type DatacenterView, datacentersIn, type FileView, gatewaysIn, type Located} from '../file-view.js'
import type {Path} from '../issue.js'
import {openPorts} from './open-ports.js'
import type {Rule} from './rule.js'

/** Who listens where. */
interface Listener {
  readonly address: string
  readonly datacenter: DatacenterView
  readonly label: string
  readonly local: boolean
  readonly path: Path
  readonly ports: readonly number[]
}

/** Nothing listens twice at one address and port. Machines of different datacenters are different ones, unless both are this one. */
export const noSharedPorts: Rule = (file) => {
  const listeners = datacentersIn(file).flatMap((datacenter) => listenersOf(file, datacenter))
  const byAddress = new Map<string, Listener[]>()
  return listeners.flatMap((listener) => {
    const address = canonicalAddress(listener.address)
    const earlier = byAddress.get(address) ?? []
    byAddress.set(address, [...earlier, listener])
    const other = earlier.find((candidate) => sharedPorts(candidate, listener).length > 0)
    if (!other) return []
    const ports = sharedPorts(other, listener)
    const which = ports.length === 1 ? `port ${ports.join('')}` : `the ports ${ports.join(', ')}`
    const message = `${listener.address} is the address of ${other.label} too, and both listen on ${which}; give one of them another address or other ports`
    return [{message, path: listener.path}]
  })
}

function listenersOf(file: FileView, datacenter: Located<DatacenterView>): Listener[] {
  const inDatacenter = datacenter.value
  const isLocal = (host: string | undefined) => (host ?? inDatacenter.host ?? file.host ?? defaults.host) === 'local'
  const agents = agentsIn(datacenter)
  const ofAgents = agents.flatMap(({kind, path, value}) => {
    if (value.address === undefined) return []
    const open = openPorts(agentPorts(file, inDatacenter, value), kind)
    return [
      {
        address: value.address,
        datacenter: inDatacenter,
        label: `the ${kind} ${value.name ?? ''}`.trim(),
        local: isLocal(value.host),
        path: [...path, 'address'],
        ports: open.map(({port}) => port),
      },
    ]
  })
  const ofGateways = gatewaysIn(datacenter).flatMap(({path, value}) => {
    const beside = agents.find((agent) => agent.value.name !== undefined && agent.value.name === value.agent)
    const address = value.address ?? ('address' in value ? undefined : beside?.value.address)
    if (address === undefined) return []
    return [
      {
        address,
        datacenter: inDatacenter,
        label: `the gateway ${value.name ?? ''}`.trim(),
        local: isLocal(value.host),
        path: [...path, value.port === undefined ? 'address' : 'port'],
        ports: 'port' in value && value.port === undefined ? [] : [value.port ?? defaults.gateway.port],
      },
    ]
  })
  return [...ofAgents, ...ofGateways]
}

/** Of two listeners at one address. */
function sharedPorts(a: Listener, b: Listener): number[] {
  const sameMachine = a.datacenter === b.datacenter || (a.local && b.local)
  if (!sameMachine) return []
  return a.ports.filter((port) => b.ports.includes(port)).sort((left, right) => left - right)
}
