import {formatEndpoint} from '../federation/fields/endpoint.js'
import type {Gateway} from '../federation/model.js'
import {checkTarget} from '../gateway/check-target.js'
import type {GatewayFacts} from '../observe/snapshot.js'
import {reachOf, sameEndpoint, shownEndpoint} from './addresses.js'
import {fedctlCommand} from './fedctl-command.js'
import {wanEndpoint} from './gateway-facts.js'

/** Why a check stays critical, however well the gateway is, and what ends that. */
export interface LastingProblem {
  readonly fix: string
  readonly text: string
}

type Checked = GatewayFacts['checks'][number]

/**
 * What time does not mend about a critical check of a gateway: it asks where the gateway is not, or somebody has put the gateway or its node into
 * maintenance (names of checks: Consul agent/agent.go EnableServiceMaintenance and EnableNodeMaintenance, 1.8–1.22).
 * @param gateway as the federation file has it, where it does.
 * @returns Undefined where it passes as soon as the gateway is well.
 */
export function lastingProblem(
  check: Checked,
  entry: GatewayFacts,
  gateway: Gateway | undefined,
): LastingProblem | undefined {
  const {id, node} = entry
  if (check.name === 'Service Maintenance Mode') {
    return {fix: `end it on node ${node}: consul maint -disable -service=${id}`, text: `${id} is in maintenance`}
  }
  if (check.name === 'Node Maintenance Mode') {
    return {fix: `end it on node ${node}: consul maint -disable`, text: `the node ${node} is in maintenance`}
  }
  const target = checkTarget(check.output)
  if (!target || !asksElsewhere(check, entry)) return undefined
  const fix = gateway
    ? fedctlCommand('gateway register', {dc: gateway.datacenter, gateway: gateway.name})
    : `register ${id} on node ${node} anew, with a check of ${shownEndpoint(entry)}`
  return {fix, text: `the check asks ${formatEndpoint(target)}, and ${id} is registered at ${shownEndpoint(entry)}`}
}

/** Also on the port of the gateway, unless on the loopback address, where it may listen as well. */
export function asksElsewhere({output}: Checked, entry: GatewayFacts): boolean {
  const target = checkTarget(output)
  if (!target) return false
  const asked = {address: target.host, port: target.port}
  const own = [{address: entry.address, port: entry.port}, wanEndpoint(entry)]
  if (own.some((endpoint) => sameEndpoint(endpoint, asked))) return false
  return asked.port !== entry.port || reachOf(asked.address) !== 'loopback'
}
