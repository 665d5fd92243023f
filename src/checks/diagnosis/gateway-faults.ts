import type {Datacenter, Gateway} from '../../federation/model.js'
import type {GatewayFacts, PathProbe, Snapshot} from '../../observe/snapshot.js'
import {saysNoHandshake} from '../../system/tls-probe.js'
import {shownEndpoint} from '../addresses.js'
import {isOutOfReach} from '../catalogue/gateway-path.js'
import type {Seen} from '../define-check.js'
import {criticalChecks, entryOf, isUsable, registeredGateways, strangersAmong} from '../gateway-facts.js'
import {asksGateway, whyCritical} from '../why-critical.js'

/** Why Consul cannot use a gateway, or will find out that it cannot. */
export interface GatewayFault {
  readonly gateway: Gateway
  readonly kind: 'closed' | 'critical' | 'dead' | 'unregistered'
  /** What ends it, where more than the gateway is wrong, for `critical`. */
  readonly fix?: readonly string[]
  /** Whether it takes connections all the same, for `dead`. */
  readonly isHung?: boolean
  /** Where it was dialled, for `dead`. */
  readonly where: string
  /** For people: `gateway dc1/dc1-gw1 does not accept connections at 127.7.1.21:8443`. */
  readonly text: string
}

export interface DatacenterFaults {
  readonly datacenter: Datacenter
  readonly faults: readonly GatewayFault[]
  /** Whether some gateway is left that Consul can use; true also where nobody could be asked. */
  readonly hasUsable: boolean
}

/** What is wrong with the gateways of each datacenter. */
export function gatewayFaults({model, snapshot}: Seen): DatacenterFaults[] {
  if (model.via !== 'mesh-gateways') return []
  return model.datacenters.map((datacenter) => {
    const registered = registeredGateways(model, snapshot, datacenter)
    const entries = registered.known ? registered.value.gateways : undefined
    const faults = datacenter.gateways.flatMap((gateway) => faultOf(gateway, entries, {model, snapshot}) ?? [])
    const others = strangersAmong(datacenter, entries ?? []).filter(isUsable)
    const nothingToUse = entries !== undefined && datacenter.gateways.length === 0 && others.length === 0
    const allFaulty = datacenter.gateways.length > 0 && faults.length === datacenter.gateways.length
    return {datacenter, faults, hasUsable: others.length > 0 || !(allFaulty || nothingToUse)}
  })
}

function faultOf(gateway: Gateway, entries: readonly GatewayFacts[] | undefined, seen: Seen): GatewayFault | undefined {
  const entry = entries && entryOf(gateway, entries)
  const where = deadAt(gateway, entry, seen)
  const name = `gateway ${gateway.id}`
  if (where !== undefined) {
    const isHung = probesThrough(seen.snapshot, gateway).some(isMute)
    const how = isHung ? 'takes connections and answers nothing' : 'does not accept connections'
    return {gateway, isHung, kind: 'dead', text: `${name} ${how} at ${where}`, where}
  }
  if (!entries) return undefined
  if (!entry) {
    const text = `${name} is not registered in the catalog of ${gateway.datacenter}`
    return {gateway, kind: 'unregistered', text, where: ''}
  }
  if (!entry.exposesServers) {
    const text = `${name} does not expose servers: meta consul-wan-federation = "1" is missing`
    return {gateway, kind: 'closed', text, where: ''}
  }
  const [check] = criticalChecks(entry)
  if (!check) return undefined
  const problems = whyCritical(entry, gateway)
  const said = check.output.trim() === '' ? [] : [`${check.name}: ${check.output.trim()}`]
  const why = [...said, ...problems.map((problem) => problem.text)].join('; ')
  const text = `${name} is critical in Consul, so nobody uses it: ${why || check.name}`
  const fix = problems.flatMap((problem) => problem.fix)
  return {gateway, kind: 'critical', text, where: '', ...(fix.length > 0 ? {fix} : {})}
}

/** Where connections are refused: by our own probes, or, without any, by the check that Consul runs. */
function deadAt(gateway: Gateway, entry: GatewayFacts | undefined, seen: Seen): string | undefined {
  const probes = probesThrough(seen.snapshot, gateway)
  if (probes.length > 0) {
    const [first] = probes
    const dead = probes.every(isNotConnected) && !isOutOfReach(gateway, probes, seen)
    return dead ? first?.dialled : undefined
  }
  const refused =
    entry &&
    criticalChecks(entry).some(
      (check) => /^dial tcp|connection refused/i.test(check.output) && asksGateway(check, entry),
    )
  return refused ? shownEndpoint({address: entry.address, port: entry.port}) : undefined
}

function probesThrough(snapshot: Snapshot, gateway: Gateway): PathProbe[] {
  return snapshot.paths.filter((probe) => probe.kind === 'gateway' && probe.gateway === gateway.id)
}

function isNotConnected({result}: PathProbe): boolean {
  return !result.ok && (result.failure.kind === 'timeout' || result.failure.kind === 'unreachable')
}

/** A process that is stopped or stuck: the system takes the connection for it. */
function isMute({result}: PathProbe): boolean {
  return !result.ok && saysNoHandshake(result.failure.message)
}
