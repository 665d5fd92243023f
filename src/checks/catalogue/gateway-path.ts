import type {Datacenter, Federation, Gateway} from '../../federation/model.js'
import {datacenterOf, primaryOf, secondariesOf} from '../../federation/selectors.js'
import {isDiscovered, shownEntry} from '../../observe/discover-entries.js'
import type {PathProbe} from '../../observe/snapshot.js'
import {saysNoHandshake, saysNoRoute} from '../../system/tls-probe.js'
import {failureText, notObserved} from '../answers.js'
import {allOf, throughGateways, withSecondaries, withTls} from '../applicability.js'
import {holdsName} from '../certificate-facts.js'
import {defineCheck, type Seen, type SeenSorted} from '../define-check.js'
import {fedctlCommand} from '../fedctl-command.js'
import {entryOf, isUsable, registeredGateways} from '../gateway-facts.js'
import type {ProbesByGateway} from '../probes.js'
import {isReachedFromOutside} from '../remote-facts.js'
import {broken, excused, holds, unanswered, type Verdict} from '../verdict.js'
import {counted, distinct, joined} from '../wording.js'

/** The way through one gateway to all servers of one datacenter: its own, or another behind that one's gateways. */
interface Way {
  readonly gateway: Gateway
  readonly to: Datacenter
}

export const gatewayPathCheck = defineCheck<Way>({
  applies: allOf(throughGateways, withTls),
  datacentersOf: ({gateway, to}) => distinct([gateway.datacenter, to.name]),
  id: 'gateway.path',
  judge: pathVerdict,
  label: ({gateway, to}) => `${gateway.id} → ${to.name}`,
  observes: ['gateway-paths', 'catalog-gateways', 'remote-leader'],
  subjects: ({datacenters}) =>
    datacenters.flatMap(({gateways}) => gateways.flatMap((gateway) => datacenters.map((to) => ({gateway, to})))),
  title:
    'every server answers through its own gateways and through one of each other datacenter, with its own certificate',
})

/** An entry of `primary_gateways` and the secondaries that have it. */
interface Entry {
  readonly datacenters: readonly string[]
  readonly text: string
}

export const bootstrapPathCheck = defineCheck<Entry>({
  applies: allOf(throughGateways, withTls, withSecondaries),
  datacentersOf: ({datacenters}) => datacenters,
  id: 'gateway.bootstrap-path',
  judge: bootstrapVerdict,
  label: ({text}) => text,
  observes: ['bootstrap-paths'],
  severity: 'warning',
  subjects: entriesOf,
  title: 'every primary_gateways entry still answers for server.<primary>.<domain>',
})

/** What is wrong with an answer, or undefined: no connection, another CA, or a certificate for another name. */
export function probeProblem({dialled, network, result, serverName}: PathProbe): string | undefined {
  const where = `${dialled} (${network === 'lan' ? 'LAN' : 'WAN'})`
  if (!result.ok) return `${where}: ${failureText(result.failure)}`
  const {certificate} = result.value
  if (certificate.verifiedByCa === false) return `${where}: the certificate is of another CA (${certificate.issuer})`
  if (holdsName(certificate, serverName)) return undefined
  return `${where}: the certificate is valid for ${joined(certificate.dnsNames) || 'no name'}, not ${serverName}`
}

/** Probes of a gateway that aim at servers of a datacenter. */
function probesOf(probes: ProbesByGateway, gateway: Gateway, to: Datacenter): PathProbe[] {
  const targets = new Set(to.servers.map(({id}) => id))
  return (probes.get(gateway.id) ?? []).filter(({target}) => targets.has(target ?? ''))
}

function pathVerdict({gateway, to}: Way, seen: SeenSorted): Verdict {
  const probes = probesOf(seen.sorted.probes, gateway, to)
  const problems = probes.flatMap((probe) => {
    const problem = probeProblem(probe)
    return problem === undefined ? [] : [{problem, target: probe.target ?? ''}]
  })
  const [first] = problems
  if (first && isOutOfReach(gateway, probes, seen)) {
    return excused(`this machine cannot reach ${gateway.id}; the datacenters can: ${first.problem}`)
  }
  if (first) {
    return broken({
      evidence: problems.slice(1).map(({problem, target}) => `${target} through ${problem}`),
      expected: `every server of ${to.name} answers with its own certificate`,
      fix: probes.some(isConnected) ? connectedFix(gateway, to) : deadFix(gateway),
      found: `${first.target} through ${first.problem}`,
    })
  }
  if (probes.length === 0) return notProbed(gateway, to, seen)
  const unprobed = to.servers.filter(({id}) => !probes.some(({target}) => target === id))
  if (to.name === gateway.datacenter && unprobed.length > 0) {
    return unanswered(`${joined(unprobed.map(({id}) => id))} not tried`)
  }
  return holds(`${counted(probes.length, 'server')} through ${joined(distinct(probes.map(({dialled}) => dialled)))}`)
}

/** Whether somebody took the connection, whatever came of it. */
export function isConnected({result}: PathProbe): boolean {
  return result.ok || (result.failure.kind !== 'timeout' && result.failure.kind !== 'unreachable')
}

/** Whether nothing came back at all, not even a refusal. */
export function isSilent({result}: PathProbe): boolean {
  if (result.ok || saysNoHandshake(result.failure.message)) return false
  return result.failure.kind === 'timeout' || saysNoRoute(result.failure.message)
}

function deadFix({id}: Gateway): string[] {
  return [`see on the node of ${id} whether the gateway runs and its port is open to others`]
}

function connectedFix({id}: Gateway, {name}: Datacenter): string[] {
  return [
    `see whether the servers of ${name} run, with certificates of their own names: ${fedctlCommand('verify', {dc: name, only: 'access,tls'})}`,
    `see in the log of ${id} where it sends the connection; it has to pass TLS on unopened`,
  ]
}

/**
 * Whether only this machine has no route: nobody answers from the gateway's network at all, while the gateway's check passes
 * and its datacenter answers the others.
 */
export function isOutOfReach(gateway: Gateway, probes: readonly PathProbe[], {model, snapshot}: Seen): boolean {
  const silent = probes.every(isSilent)
  const datacenter = datacenterOf(model, gateway.datacenter)
  const registered = registeredGateways(model, snapshot, datacenter)
  if (!silent || !registered.known) return false
  const entry = entryOf(gateway, registered.value.gateways)
  return entry !== undefined && isUsable(entry) && isReachedFromOutside(datacenter.name, {model, snapshot})
}

function notProbed(gateway: Gateway, to: Datacenter, {model, snapshot, sorted}: SeenSorted): Verdict {
  if (snapshot.pathsSkipped !== undefined) return unanswered(snapshot.pathsSkipped)
  const others = model.datacenters.find(({name}) => name === gateway.datacenter)?.gateways ?? []
  if (others.some((other) => probesOf(sorted.probes, other, to).length > 0))
    return excused('another gateway there was tried instead; --full tries every gateway')
  return sorted.answeredWays.get(gateway.datacenter)?.has(to.name)
    ? excused('every server there has an answer from that datacenter; --full tries every gateway')
    : unanswered(notObserved.reason)
}

function entriesOf(model: Federation): Entry[] {
  const secondaries = secondariesOf(model)
  const texts = distinct(secondaries.flatMap(({primaryGateways}) => primaryGateways))
  return texts
    .filter((text) => !isDiscovered(text))
    .map((text) => ({
      datacenters: secondaries.filter(({primaryGateways}) => primaryGateways.includes(text)).map(({name}) => name),
      text: shownEntry(text),
    }))
}

function bootstrapVerdict({text}: Entry, {model, snapshot}: Seen): Verdict {
  const probe = snapshot.paths.find(({gateway, kind}) => kind === 'bootstrap' && gateway === text)
  if (!probe) return unanswered(snapshot.bootstrapSkipped?.[text] ?? snapshot.pathsSkipped ?? notObserved.reason)
  const problem = probeProblem(probe)
  if (problem === undefined) return holds(probe.dialled)
  return broken({
    expected: `a server of ${model.primary} answers for ${probe.serverName}`,
    fix: [
      `see whether a gateway of ${primaryOf(model).name} still answers at ${text}; if it has moved, correct primary_gateways in ${model.file}`,
    ],
    found: problem,
  })
}
