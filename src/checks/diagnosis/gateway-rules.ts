import type {Federation} from '../../federation/model.js'
import {datacenterOf} from '../../federation/selectors.js'
import {fedctlCommand, startAgainCommand} from '../fedctl-command.js'
import {endHung} from '../start-fix.js'
import {distinct, joined} from '../wording.js'
import {type DatacenterFaults, type GatewayFault, gatewayFaults} from './gateway-faults.js'
import {dependsOn, findsNoPath, type Rule} from './rule.js'

export const noUsableGateway: Rule = {
  cause: 'gateway.none-usable',
  title: 'a datacenter has no gateway that Consul can use',
  when(about) {
    const cutOff = gatewayFaults(about).filter(({hasUsable}) => !hasUsable)
    if (cutOff.length === 0) return undefined
    const faults = cutOff.flatMap((datacenter) => datacenter.faults)
    return {
      explains: dependsOn(namesOf(cutOff), about),
      fix: fixOf(faults, namesOf(cutOff), about.model),
      title: titleOf(faults, cutOff),
    }
  },
}

/** Some calls fail until Consul leaves the gateway out. What a datacenter holds or lacks has another cause as long as there is a way. */
const ofTheWay = /^(?:gateway|wan)\./

export const gatewayDown: Rule = {
  cause: 'gateway.down',
  title: 'a gateway cannot be used, and another one of its datacenter still can',
  when(about) {
    const weakened = gatewayFaults(about).filter(({faults, hasUsable}) => hasUsable && faults.length > 0)
    if (weakened.length === 0) return undefined
    const faults = weakened.flatMap((datacenter) => datacenter.faults)
    const follows = dependsOn(namesOf(weakened), about)
    return {
      // Another gateway is there, so the pool is what a server without a path lacks.
      explains: (finding) => ofTheWay.test(finding.check) && !findsNoPath(finding) && follows(finding),
      fix: fixOf(faults, namesOf(weakened), about.model),
      title: titleOf(faults, weakened),
    }
  },
}

function namesOf(datacenters: readonly DatacenterFaults[]): string[] {
  return datacenters.map(({datacenter}) => datacenter.name)
}

function titleOf(faults: readonly GatewayFault[], datacenters: readonly DatacenterFaults[]): string {
  const without = datacenters.filter(({faults: own}) => own.length === 0).map(({datacenter}) => datacenter.name)
  const missing = without.length > 0 ? [`no gateway is registered in ${joined(without)}`] : []
  const [first] = faults
  if (faults.length < 2 || faults.some(({kind}) => kind !== first?.kind)) {
    return [...faults.map(({text}) => text), ...missing].join('; ')
  }
  const names = joined(faults.map(({gateway, where}) => (where ? `${gateway.id} at ${where}` : gateway.id)))
  return [`gateways ${names} ${manyText[first?.kind ?? 'dead']}`, ...missing].join('; ')
}

const manyText: Record<GatewayFault['kind'], string> = {
  closed: 'do not expose servers: meta consul-wan-federation = "1" is missing',
  critical: 'are critical in Consul, so nobody uses them',
  dead: 'do not accept connections',
  unregistered: 'are not registered in the catalog of their datacenters',
}

function fixOf(faults: readonly GatewayFault[], names: readonly string[], model: Federation): string[] {
  const steps = faults.flatMap((fault) => stepsFor(fault, model))
  const register = faults.length === 0 ? names.map((dc) => fedctlCommand('gateway register', {dc})) : []
  return [...distinct(steps), ...register, fedctlCommand('verify', {wait: '5m'})]
}

function stepsFor({fix, ...fault}: GatewayFault, model: Federation): readonly string[] {
  const {gateway, isHung} = fault
  const ending = isHung && gateway.host === 'local' ? [endHung(gateway.id, model)] : []
  return fix ?? [...ending, stepFor(fault, model)]
}

function stepFor({gateway, kind}: Omit<GatewayFault, 'fix'>, model: Federation): string {
  const {datacenter: dc, host, id, name} = gateway
  if (kind === 'critical') return `see on the node of ${id} what its check reports, and mend that`
  if (kind !== 'dead') return fedctlCommand('gateway register', {dc, gateway: name})
  return host === 'local'
    ? `start it again: ${startAgainCommand(datacenterOf(model, dc))}`
    : `start ${id} again on its node, and see its log for why it ended`
}
