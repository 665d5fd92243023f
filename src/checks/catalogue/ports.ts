import {parseEndpoint} from '../../federation/fields/endpoint.js'
import type {Federation} from '../../federation/model.js'
import {agentsOf, gatewaysOf} from '../../federation/selectors.js'
import type {EndpointState, ListenerState, PreflightFacts} from '../../observe/preflight-facts.js'
import {sameEndpoint, shownEndpoint} from '../addresses.js'
import {given} from '../answers.js'
import {throughGateways} from '../applicability.js'
import {defineCheck, type Seen} from '../define-check.js'
import {preflightFact} from '../preflight-facts.js'
import {broken, holds, type Verdict} from '../verdict.js'
import {joined} from '../wording.js'

interface Node {
  readonly datacenter: string
  readonly id: string
}

/** An address at which gateways of a datacenter are dialled from outside. */
interface Door {
  readonly datacenter: string
  readonly endpoint: string
  readonly label: string
}

export const portsChecks = [
  defineCheck<Node>({
    applies: (model) =>
      nodesHere(model).length > 0 || 'no node of the federation file runs on this machine (host: local)',
    datacentersOf: ({datacenter}) => [datacenter],
    id: 'ports.free',
    label: ({id}) => id,
    observes: ['preflight'],
    preflight: 'only',
    subjects: nodesHere,
    title: 'the ports of nodes on this machine are free, or held by the node itself',
    judge: ({id}, {snapshot}) =>
      given(
        preflightFact(snapshot, ({listeners}) => listeners, id),
        portsVerdict,
      ),
  }),
  defineCheck<Door>({
    applies: throughGateways,
    datacentersOf: ({datacenter}) => [datacenter],
    id: 'ports.reachable',
    label: ({label}) => label,
    observes: ['preflight'],
    preflight: 'only',
    severity: 'warning',
    subjects: doorsOf,
    title: 'addresses of gateways for other datacenters resolve, and take connections where something runs already',
    judge: (door, seen) =>
      given(
        preflightFact(seen.snapshot, ({endpoints}) => endpoints, door.endpoint),
        (state) => doorVerdict(door, state, seen),
      ),
  }),
]

function nodesHere(model: Federation): Node[] {
  return [...model.datacenters.flatMap(agentsOf), ...gatewaysOf(model)].filter(({host}) => host === 'local')
}

function portsVerdict({running, taken, unusable}: ListenerState): Verdict {
  if (running) return holds('held by the node itself')
  const fix = ['give the node another address or port in the federation file']
  const expected = 'addresses and ports on which the node can listen'
  if (unusable !== undefined) return broken({expected, fix, found: unusable})
  if (taken.length === 0) return holds('free')
  const [port] = taken.map((address) => address.split(':').at(-1))
  return broken({
    expected,
    fix: [`see who listens there, and stop it: ss -ltnp 'sport = :${port}'`, ...fix],
    found: `another process listens at ${joined(taken)}`,
  })
}

/** WAN addresses of gateways, and what `primary_gateways` names besides, such as a load balancer. */
function doorsOf(model: Federation): Door[] {
  const gateways = gatewaysOf(model)
  const own = gateways.map(({datacenter, id, wanAddress: address, wanPort: port}): Door => {
    return {datacenter, endpoint: shownEndpoint({address, port}), label: id}
  })
  const entries = [...new Set(model.datacenters.flatMap(({primaryGateways}) => primaryGateways))]
  const others = entries.flatMap((entry): Door[] => {
    const parsed = parseEndpoint(entry)
    if (!parsed) return []
    const endpoint = {address: parsed.host, port: parsed.port}
    const isGateway = gateways.some(({wanAddress: address, wanPort: port}) => sameEndpoint(endpoint, {address, port}))
    return isGateway
      ? []
      : [{datacenter: model.primary, endpoint: shownEndpoint(endpoint), label: `primary_gateways ${entry}`}]
  })
  return [...own, ...others]
}

/** Before the start nobody has to listen; beside one that answers, or in a primary that was set up, everybody has. */
function doorVerdict({datacenter, endpoint}: Door, {accepts, unresolved}: EndpointState, seen: Seen): Verdict {
  if (accepts) return holds(`${endpoint} takes connections`)
  if (unresolved !== undefined) {
    return broken({
      expected: 'a name that servers of the other datacenters can resolve',
      fix: [`correct wan or primary_gateways in ${seen.model.file}, or the DNS record`],
      found: `DNS knows no address of ${endpoint} here: ${unresolved}`,
    })
  }
  if (!isExpected(datacenter, seen)) return holds(`nobody listens at ${endpoint} yet`)
  return broken({
    expected: `${datacenter} runs, so its gateways take connections from everywhere`,
    fix: [
      `start the gateway behind ${endpoint}, or open the way to it (firewall, routing, address translation)`,
      `or correct wan or primary_gateways in ${seen.model.file}`,
    ],
    found: `${endpoint} takes no connection from this machine`,
  })
}

function isExpected(datacenter: string, {model, snapshot}: Seen): boolean {
  const {endpoints, primaryBegun}: Pick<PreflightFacts, 'endpoints' | 'primaryBegun'> = snapshot.preflight ?? {
    endpoints: {},
    primaryBegun: false,
  }
  if (datacenter === model.primary && primaryBegun) return true
  return doorsOf(model).some((door) => door.datacenter === datacenter && endpoints[door.endpoint]?.accepts)
}
