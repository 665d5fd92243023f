import {defaults} from '../defaults.js'
import {canonicalAddress} from '../fields/address.js'
import {shown} from '../fields/shown.js'
import {versionAtLeast} from '../fields/version.js'
import {agentsIn, datacentersIn, gatewaysIn} from '../file-view.js'
import {nearMiss} from '../near-miss.js'
import type {Rule} from './rule.js'

const longestName = 253
const overlapFixed = ['1.15.8', '1.16.4', '1.17.1']

/** Consul compares node names without regard to case, and fedctl keeps the files of agents and gateways side by side by name. */
export const uniqueNodes: Rule = (file) =>
  datacentersIn(file).flatMap((datacenter) => {
    const seen = new Map<string, string>()
    const nodes = [
      ...agentsIn(datacenter).map(({kind, path, value}) => ({kind, name: value.name, path})),
      ...gatewaysIn(datacenter).map(({path, value}) => ({kind: 'gateway', name: value.name, path})),
    ]
    return nodes.flatMap(({kind, name, path}) => {
      if (name === undefined) return []
      const other = seen.get(name.toLowerCase())
      seen.set(name.toLowerCase(), other ?? `${kind} ${shown(name)}`)
      if (!other) return []
      return [
        {
          message: `${shown(name)} is taken in this datacenter by the ${other}, and case does not count; rename one`,
          path: [...path, 'name'],
        },
      ]
    })
  })

/** The gateway is registered through that agent and configured by it. */
export const gatewayAgents: Rule = (file) =>
  datacentersIn(file).flatMap((datacenter) => {
    const agents = agentsIn(datacenter)
    const names = agents.flatMap(({value}) => (value.name === undefined ? [] : [value.name]))
    if (names.length < (datacenter.value.servers?.length ?? 0) + (datacenter.value.clients?.length ?? 0)) return []
    return gatewaysIn(datacenter).flatMap(({path, value: {agent}}) => {
      if (agent === undefined || names.includes(agent)) return []
      const meant = nearMiss(agent, names)
      const advice = meant ? `did you mean ${JSON.stringify(meant)}?` : 'add it under clients'
      return [
        {
          message: `no agent of ${datacenter.value.name ?? 'this datacenter'} is named ${shown(agent)}; ${advice}`,
          path: [...path, 'agent'],
        },
      ]
    })
  })

/**
 * Servers of one name and one address in two datacenters send requests to themselves until the memory is full
 * (hashicorp/consul GH-19503; fixed in 1.15.8, 1.16.4 and 1.17.1).
 */
export const noOverlap: Rule = (file) => {
  const seen = new Map<string, {datacenter: string; version: string}>()
  return datacentersIn(file).flatMap((datacenter) =>
    agentsIn(datacenter).flatMap(({kind, path, value: {address, name}}) => {
      const {consul: version, name: datacenterName} = datacenter.value
      if (kind === 'client' || [address, datacenterName, name, version].includes(undefined)) return []
      const key = `${name?.toLowerCase()} ${canonicalAddress(address ?? '')}`
      const other = seen.get(key)
      if (!other) seen.set(key, {datacenter: datacenterName ?? '', version: version ?? ''})
      const affected = [version, other?.version].find(
        (candidate) => candidate !== undefined && hasOverlapBug(candidate),
      )
      if (!other || other.datacenter === datacenterName || affected === undefined) return []
      return [
        {
          message: `${shown(name)} has this name and address in ${other.datacenter} as well, and servers of Consul ${affected} then send requests in circles; rename one, or upgrade to ${overlapFixed.join(', ')} or newer`,
          path: [...path, 'name'],
        },
      ]
    }),
  )
}

/** `<node>.server.<datacenter>.<domain>` stands in the certificate and is looked up as one DNS name. */
export const serverNamesFit: Rule = (file) =>
  datacentersIn(file).flatMap((datacenter) =>
    agentsIn(datacenter).flatMap(({kind, path, value: {name}}) => {
      if (kind === 'client' || name === undefined || datacenter.value.name === undefined) return []
      const whole = `${name}.server.${datacenter.value.name}.${file.domain ?? defaults.domain}`
      if (whole.length <= longestName) return []
      return [
        {
          message: `the name in the certificate of this server has ${whole.length} characters, and DNS allows ${longestName}; shorten the node, the datacenter or the domain`,
          path: [...path, 'name'],
        },
      ]
    }),
  )

function hasOverlapBug(version: string): boolean {
  const line = version.split('.').slice(0, 2).join('.')
  const fixed = overlapFixed.find((candidate) => candidate.startsWith(`${line}.`))
  return fixed ? !versionAtLeast(version, fixed) : !versionAtLeast(version, overlapFixed[0] ?? '')
}
