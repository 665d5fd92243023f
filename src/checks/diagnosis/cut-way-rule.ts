import type {Datacenter} from '../../federation/model.js'
import type {GatewayFacts, PathProbe, Snapshot} from '../../observe/snapshot.js'
import {shownEndpoint} from '../addresses.js'
import {probeProblem} from '../catalogue/gateway-path.js'
import {fedctlCommand} from '../fedctl-command.js'
import {federationState, isUsable, registeredGateways, wanEndpoint} from '../gateway-facts.js'
import {distinct, joined} from '../wording.js'
import {type Case, dependsOn, failuresOf, type Rule} from './rule.js'

/**
 * Every gateway lets this machine through to the servers of its own datacenter, and one passes nothing on to another datacenter although
 * its servers know the gateways there: what lies between the two lets nobody through, which neither of them can say.
 */
export const cutWay: Rule = {
  cause: 'wan.way-cut',
  title: 'gateways of one datacenter cannot reach those of another',
  when(about) {
    const cut = cutWays(about)
    const names = distinct(cut.flatMap(({from, to}) => [from.name, to.name]))
    if (cut.length === 0) return undefined
    return {
      explains(finding) {
        return dependsOn(names, about)(finding) && finding.datacenters.every((name) => names.includes(name))
      },
      fix: [...cut.flatMap(fixFor), fedctlCommand('verify', {wait: '5m'})],
      title: distinct(cut.map((way) => titleOf(way, cut, about.snapshot))).join('; '),
    }
  },
}

interface Way {
  readonly from: Datacenter
  readonly to: Datacenter
  /** Where the gateways of `from` are told to find those of `to`: `host:port`. */
  readonly where: readonly string[]
}

function cutWays(about: Case): Way[] {
  const {model, snapshot} = about
  const pairs = model.datacenters.flatMap((from) => model.datacenters.map((to) => ({from, to})))
  return pairs.flatMap(({from, to}) => {
    const where = knownGateways(about, from, to)
    const isCut =
      from !== to && where.length > 0 && fails(about, from, to) && [from, to].every((dc) => answers(snapshot, dc))
    return isCut ? [{from, to, where}] : []
  })
}

/** Whether no server of one datacenter answers through the gateways of the other, and nothing explains that yet. */
function fails(about: Case, from: Datacenter, to: Datacenter): boolean {
  const probes = probesThrough(about.snapshot, from, to)
  const subjects = new Set(from.gateways.map(({id}) => `${id} → ${to.name}`))
  const isOpen = failuresOf(about, 'gateway.path').some(({finding}) => subjects.has(finding.subject))
  return isOpen && probes.every(({result}) => !result.ok)
}

/** Whether every server of a datacenter answers this machine through the gateways there. */
function answers(snapshot: Snapshot, datacenter: Datacenter): boolean {
  const probes = probesThrough(snapshot, datacenter, datacenter)
  return probes.length > 0 && probes.every((probe) => probeProblem(probe) === undefined)
}

function probesThrough({paths}: Snapshot, through: Datacenter, to: Datacenter): PathProbe[] {
  const [gateways, servers] = [through.gateways, to.servers].map((nodes) => new Set(nodes.map(({id}) => id)))
  return paths.filter(
    ({gateway, kind, target = ''}) => kind === 'gateway' && gateways?.has(gateway) && servers?.has(target),
  )
}

/** Without addresses that no gateway there has any more: a call to those fails wherever nothing lies in between. */
function knownGateways({model, snapshot}: Case, from: Datacenter, to: Datacenter): string[] {
  const state = federationState(snapshot, from, to.name)
  if (!state.known || !state.value) return []
  const told = endpointsOf(state.value.gateways)
  const registered = registeredGateways(model, snapshot, to)
  if (!registered.known) return told
  const there = endpointsOf(registered.value.gateways)
  return told.filter((endpoint) => there.includes(endpoint))
}

function endpointsOf(gateways: readonly GatewayFacts[]): string[] {
  return distinct(gateways.filter(isUsable).map((gateway) => shownEndpoint(wanEndpoint(gateway))))
}

/** The same for both directions, where both are cut. */
function titleOf(way: Way, cut: readonly Way[], {paths}: Snapshot): string {
  const {from, to} = way
  const both = cut.filter((other) => [from, to].includes(other.from) && [from, to].includes(other.to))
  const where = both.flatMap((other) => other.where)
  const areSeen = where.every((endpoint) => paths.some(({dialled, result}) => dialled === endpoint && result.ok))
  const at = `${joined(where)}${areSeen ? ', which answer from here' : ''}`
  if (both.length > 1) {
    const names = both.map((other) => other.from.name)
    return `gateways of ${joined(names)} cannot reach one another at ${at}`
  }
  return `gateways of ${from.name} cannot reach those of ${to.name} at ${at}, and ${to.name} reaches ${from.name}`
}

function fixFor({from, to, where}: Way): string[] {
  const callers = joined(from.gateways.map(({address, id}) => `${id} (${address})`))
  return [
    `let TCP connections from ${callers} through to ${joined(where)}, the gateways of ${to.name}: firewall, security group, routing`,
    ...from.gateways
      .slice(0, 1)
      .map(({id}) => `see on the node of ${id} whether it connects: openssl s_client -connect ${where[0]}`),
  ]
}
