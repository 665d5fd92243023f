import {defaults} from '../defaults.js'
import {isAddress} from '../fields/address.js'
import {bracketed} from '../fields/endpoint.js'
import {datacentersIn, type FileView, gatewaysIn} from '../file-view.js'
import type {Rule} from './rule.js'

/** Gateways route by the TLS server name and carry mutual TLS only (Consul tlsutil/config.go, 1.8–1.21). */
export const gatewaysNeedTls: Rule = (file) => {
  if (!usesGateways(file) || file.tls?.enabled !== false) return []
  return [{message: 'mesh gateways carry nothing but TLS; write true, or via: wan-gossip', path: ['tls', 'enabled']}]
}

/** Without a gateway of its own a datacenter reaches no other one. */
export const everyDatacenterHasGateway: Rule = (file) => {
  if (!usesGateways(file)) return []
  return datacentersIn(file).flatMap(({path, value}) => {
    const unknown = 'gateways' in value && value.gateways === undefined
    if (unknown || (value.gateways ?? []).length > 0) return []
    const name = value.name ?? 'this datacenter'
    const message = `${name} has no gateway, and via is mesh-gateways; add one under gateways, such as { name: ${value.name ?? 'dc1'}-gw1, agent: ${value.name ?? 'dc1'}-c1 }, or write via: wan-gossip`
    return [{message, path: [...path, 'gateways']}]
  })
}

/** What answers at one address for two datacenters would answer for the wrong one half of the time. Within one datacenter it is a load balancer. */
export const distinctWanAddresses: Rule = (file) => {
  const seen = new Map<string, {datacenter: number; name: string}>()
  return datacentersIn(file).flatMap((datacenter, index) =>
    gatewaysIn(datacenter).flatMap(({path, value: {name, port, wan}}) => {
      if (wan === undefined) return []
      const whole = isAddress(wan) ? `${bracketed(wan)}:${port ?? defaults.gateway.port}` : wan.toLowerCase()
      const other = seen.get(whole)
      seen.set(whole, other ?? {datacenter: index, name: name ?? 'another gateway'})
      if (!other || other.datacenter === index) return []
      return [
        {
          message: `${whole} is where ${other.name} of another datacenter is reached; write the address of this gateway`,
          path: [...path, 'wan'],
        },
      ]
    }),
  )
}

/** Two Envoys on one machine cannot share an admin port. */
export const distinctEnvoyAdmins: Rule = (file) =>
  datacentersIn(file).flatMap((datacenter) => {
    const seen = new Set<string>()
    return gatewaysIn(datacenter).flatMap(({path, value: {agent, envoy_admin: admin}}) => {
      const key = `${agent ?? ''} ${admin ?? ''}`
      if (agent === undefined || admin === undefined) return []
      if (seen.has(key))
        return [
          {
            message: `${admin} is the admin endpoint of another gateway beside ${agent}; write another port`,
            path: [...path, 'envoy_admin'],
          },
        ]
      seen.add(key)
      return []
    })
  })

/** Where `via` is there and invalid, nobody knows. */
function usesGateways(file: FileView): boolean {
  return (file.via ?? ('via' in file ? undefined : defaults.via)) === 'mesh-gateways'
}
