import type {Datacenter, Gateway} from '../../federation/model.js'
import {datacenterOf} from '../../federation/selectors.js'
import type {GatewayFacts} from '../../observe/snapshot.js'
import {parseVersion} from '../../versions/version.js'
import {type Known, firstKnown, given, known, told} from '../answers.js'
import {allOf, throughGateways, withEnvoyAdmin} from '../applicability.js'
import {aboutDatacenters, aboutGateways, type Seen} from '../define-check.js'
import {fedctlCommand} from '../fedctl-command.js'
import {criticalChecks, entryOf, isUsable, registeredGateways, shownGateway, strangersAmong} from '../gateway-facts.js'
import {broken, doubtful, holds, type Verdict} from '../verdict.js'
import {type CheckProblem, whyCritical} from '../why-critical.js'
import {counted, distinct, joined} from '../wording.js'
import {bootstrapPathCheck, gatewayPathCheck} from './gateway-path.js'
import {wanAddressCheck} from './wan-address.js'

/** `token`, or `agent` where the federation file has ACLs off, tells an empty catalog from one that the token may not read. */
const observes = ['agent', 'catalog-gateways', 'federation-states', 'token'] as const

export const gatewayChecks = [
  aboutDatacenters({
    applies: throughGateways,
    id: 'gateway.registered',
    observes,
    title: 'every datacenter has a gateway that exposes servers',
    judge: registeredVerdict,
  }),
  aboutDatacenters({
    applies: throughGateways,
    id: 'gateway.healthy',
    observes,
    title: 'at least one of them is not critical',
    judge: healthyVerdict,
  }),
  wanAddressCheck,
  aboutDatacenters({
    applies: throughGateways,
    id: 'gateway.redundant',
    observes,
    severity: 'warning',
    title: 'two or more per datacenter',
    judge: redundantVerdict,
  }),
  gatewayPathCheck,
  bootstrapPathCheck,
  aboutGateways({
    applies: allOf(throughGateways, withEnvoyAdmin),
    id: 'gateway.envoy',
    observes: ['agent', 'envoys'],
    severity: 'warning',
    subjects: (model) =>
      model.datacenters.flatMap(({gateways}) => gateways).filter(({envoyAdmin}) => envoyAdmin !== undefined),
    title: "Envoy's version is one that this Consul supports",
    judge: envoyVerdict,
  }),
]

function registeredVerdict(datacenter: Datacenter, {model, snapshot}: Seen): Verdict {
  return given(registeredGateways(model, snapshot, datacenter), ({gateways, source}) => {
    const missing = datacenter.gateways.filter((gateway) => !entryOf(gateway, gateways)).map(({id}) => id)
    const closed = gateways.filter(({exposesServers}) => !exposesServers).map(shownGateway)
    const strangers = strangersAmong(datacenter, gateways).filter(({exposesServers}) => exposesServers)
    const open = gateways.filter(({exposesServers}) => exposesServers).length
    const metaFix =
      'register it with meta consul-wan-federation = "1" (consul connect envoy -gateway=mesh -expose-servers)'
    const expected = `in the ${source} of ${datacenter.name}: ${joined(datacenter.gateways.map(({name}) => name)) || 'a gateway'}, with meta consul-wan-federation = "1"`
    if (missing.length > 0 || (open === 0 && closed.length === 0)) {
      const found = missing.length > 0 ? `${joined(missing)} not registered` : 'no mesh gateway is registered'
      return broken({expected, fix: [fedctlCommand('gateway register', {dc: datacenter.name})], found})
    }
    const unplanned = new Set(strangersAmong(datacenter, gateways).map(shownGateway))
    const plannedClosed = closed.filter((name) => !unplanned.has(name))
    if (plannedClosed.length > 0 || open === 0) {
      const names = plannedClosed.length > 0 ? plannedClosed : closed
      return broken({
        expected,
        fix: [fedctlCommand('gateway register', {dc: datacenter.name}), metaFix],
        found: `${joined(names)} does not expose servers: meta consul-wan-federation = "1" is missing`,
      })
    }
    if (strangers.length === 0) return holds(`${counted(open, 'gateway')} in the ${source}`)
    return doubtful({
      expected,
      fix: [`add it to ${model.file}, or deregister it: consul services deregister -id=ID on its node`],
      found: `${joined(strangers.map(shownGateway))} exposes servers and is not in the federation file`,
    })
  })
}

function healthyVerdict(datacenter: Datacenter, {model, snapshot}: Seen): Verdict {
  return given(registeredGateways(model, snapshot, datacenter), ({gateways}) => {
    const exposing = gateways.filter(({exposesServers}) => exposesServers)
    const ill = exposing.filter((gateway) => !isUsable(gateway))
    const evidence = ill.flatMap((gateway) =>
      criticalChecks(gateway).map(({name, output}) => `${shownGateway(gateway)}: ${name}: ${output.trim()}`),
    )
    const reasons = ill.map((entry) => ({entry, problems: problemsOf(datacenter, entry)}))
    const toStart = reasons.filter(({entry, problems}) => criticalChecks(entry).length > problems.length)
    const problems = reasons.flatMap((reason) => reason.problems)
    const fix = [
      ...distinct(problems.flatMap((problem) => problem.fix)),
      ...(toStart.length > 0
        ? [
            `start the gateway on its node, or mend what its check reports: ${joined(toStart.map(({entry}) => shownGateway(entry)))}`,
          ]
        : []),
    ]
    const expected = 'a gateway without a critical check'
    if (exposing.length === 0) {
      const register = [fedctlCommand('gateway register', {dc: datacenter.name})]
      return broken({expected, fix: register, found: 'no gateway that exposes servers is registered'})
    }
    if (ill.length === 0) return holds(`${counted(exposing.length, 'gateway')}, none critical`)
    const why = distinct(problems.map(({text}) => text))
    const found = `${joined(ill.map(shownGateway))} critical${why.length > 0 ? `: ${joined(why)}` : ''}`
    const stays = reasons.every((reason) => reason.problems.some(({lasting}) => lasting))
    return ill.length === exposing.length
      ? broken({evidence, expected, fix, found, ...(stays ? {lasting: true} : {})})
      : doubtful({evidence, expected: 'no critical gateway', fix, found})
  })
}

function problemsOf(datacenter: Datacenter, entry: GatewayFacts): CheckProblem[] {
  return whyCritical(
    entry,
    datacenter.gateways.find((candidate) => entryOf(candidate, [entry]) === entry),
  )
}

/** Gateways on one node are lost together. */
function redundantVerdict(datacenter: Datacenter, {model, snapshot}: Seen): Verdict {
  return given(registeredGateways(model, snapshot, datacenter), ({gateways}) => {
    const usable = gateways.filter(isUsable)
    const nodes = distinct(usable.map(({node}) => node))
    if (nodes.length > 1) return holds(counted(usable.length, 'gateway'))
    const all = usable.length > 1 ? `${counted(usable.length, 'usable gateway')}, all on ${joined(nodes)}` : undefined
    return broken({
      expected: `two usable gateways or more${all ? ', on two nodes or more' : ''}`,
      fix: [`add a second gateway to ${datacenter.name} in ${model.file}, on a machine of its own`],
      found:
        usable.length === 0
          ? 'no usable gateway'
          : `${all ?? 'one usable gateway'}: without it the datacenter is cut off`,
    })
  })
}

/** Any patch release of a supported minor version of Envoy is supported (Consul ENVOY_VERSIONS, 1.21). */
function envoyVerdict(gateway: Gateway, {model, snapshot}: Seen): Verdict {
  const agentId = `${gateway.datacenter}/${gateway.agent}`
  const {servers} = datacenterOf(model, gateway.datacenter)
  const agents = [
    known(snapshot.clients?.[agentId]?.agent, 'agent:read'),
    ...servers.map(({id}) => known(snapshot.servers[id]?.agent, 'agent:read')),
  ]
  const supported: Known<readonly string[]> = firstKnown(
    agents.map((agent) => (agent.known ? told(agent.value.envoyVersions) : agent)),
  )
  return given(known(snapshot.envoys[gateway.id]), (version) =>
    given(supported, (versions) => {
      if (versions.map(minorOf).includes(minorOf(version))) return holds(version)
      return broken({
        expected: `one of ${joined(versions)}`,
        fix: [`run a supported Envoy for ${gateway.id}; upgrade gateways after servers`],
        found: `Envoy ${version}`,
      })
    }),
  )
}

function minorOf(text: string): string {
  const version = parseVersion(text)
  return version ? `${version.major}.${version.minor}` : text
}
