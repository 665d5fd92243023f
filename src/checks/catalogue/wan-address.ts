import type {Gateway} from '../../federation/model.js'
import {datacenterOf} from '../../federation/selectors.js'
import type {PathProbe} from '../../observe/snapshot.js'
import {isOnLoopback, reachOf, sameEndpoint, shownEndpoint} from '../addresses.js'
import {given} from '../answers.js'
import {throughGateways} from '../applicability.js'
import {aboutGateways, type Seen} from '../define-check.js'
import {fedctlCommand} from '../fedctl-command.js'
import {entryOf, registeredGateways, wanEndpoint} from '../gateway-facts.js'
import {isPreflight} from '../preflight-facts.js'
import {isMissedFromOutside, isReachedFromOutside} from '../remote-facts.js'
import {broken, doubtful, holds, unanswered, type Verdict} from '../verdict.js'
import {isConnected, isSilent, probeProblem} from './gateway-path.js'

export const wanAddressCheck = aboutGateways({
  applies: throughGateways,
  id: 'gateway.wan-address',
  observes: ['agent', 'catalog-gateways', 'federation-states', 'gateway-paths', 'remote-leader', 'token'],
  preflight: 'also',
  title: 'each has a WAN address that others can route to',
  judge: registeredVerdict,
})

/** Private addresses are in order wherever another datacenter gets through; loopback ones where everything is on this machine. */
function registeredVerdict(gateway: Gateway, seen: Seen): Verdict {
  const {model, snapshot} = seen
  if (isPreflight(snapshot)) return reachVerdict(gateway, seen)
  const datacenter = datacenterOf(model, gateway.datacenter)
  return given(registeredGateways(model, snapshot, datacenter), ({gateways}) => {
    const entry = entryOf(gateway, gateways)
    if (!entry) return unanswered('it is not registered')
    const planned = {address: gateway.wanAddress, port: gateway.wanPort}
    const actual = wanEndpoint(entry)
    if (!sameEndpoint(actual, planned)) {
      const what = entry.wan ? 'the WAN address is' : 'no WAN address: others dial'
      return broken({
        expected: `the WAN address ${shownEndpoint(planned)}`,
        fix: [fedctlCommand('gateway register', {dc: gateway.datacenter}), `or correct wan in ${model.file}`],
        found: `${what} ${shownEndpoint(actual)}`,
      })
    }
    return probedVerdict(gateway, seen) ?? reachVerdict(gateway, seen)
  })
}

/** Judges what came back from the WAN address itself; undefined where it was not tried, or answered, or is not what is wrong. */
function probedVerdict(gateway: Gateway, seen: Seen): Verdict | undefined {
  const probes = seen.snapshot.paths.filter(({kind}) => kind === 'wan-address')
  const probe = probes.find((other) => other.gateway === gateway.id)
  const problem = probe && probeProblem(probe)
  if (!probe || problem === undefined || failsAlikeAtLan(probe, seen)) return undefined
  const {datacenter, id, name, wanAddress: address, wanPort: port} = gateway
  const details = {
    evidence: [`at its LAN address ${shownEndpoint(gateway)} the gateway answers`],
    expected: 'a WAN address at which others reach the gateway',
    fix: [
      `correct wan of ${id} in ${seen.model.file}, then ${fedctlCommand('gateway register', {dc: datacenter, gateway: name})}`,
      `or let ${shownEndpoint({address, port})} lead to the gateway, with TLS passed on unopened (load balancer, address translation, firewall)`,
    ],
    found: `nothing usable answers at the WAN address: ${problem}`,
  }
  const isMissed = isMissedFromOutside(datacenter, seen) || endsAtOtherGateways(gateway, seen)
  if (isMissed || isNextToOneThatAnswers(gateway, probes)) return broken(details)
  if (!isReachedFromOutside(datacenter, seen)) return doubtful(details)
  // A network need not lead from the inside to its own outer address, and silence is all that one sees of it then.
  return isSilent(probe)
    ? undefined
    : doubtful({...details, found: `${details.found}, although others still get through`})
}

/** Whether the connection is taken, and what is wrong behind it is wrong at the LAN address too: the gateway, or the server. */
function failsAlikeAtLan(probe: PathProbe, {snapshot}: Seen): boolean {
  const atLan = snapshot.paths.find(
    ({gateway, kind, target}) => kind === 'gateway' && gateway === probe.gateway && target === probe.target,
  )
  return isConnected(probe) && atLan !== undefined && probeProblem(atLan) !== undefined
}

/** Whether this machine reaches WAN addresses of that datacenter, so that a missing answer is the fault of the address. */
function isNextToOneThatAnswers({datacenter, id}: Gateway, probes: readonly PathProbe[]): boolean {
  return probes.some(
    (other) => other.gateway !== id && other.gateway.startsWith(`${datacenter}/`) && isConnected(other),
  )
}

/** Whether gateways of other datacenters take connections for this one and cannot pass them on: old connections may still work. */
function endsAtOtherGateways({datacenter}: Gateway, {snapshot}: Seen): boolean {
  return snapshot.paths.some(
    (probe) =>
      probe.kind === 'gateway' &&
      !probe.gateway.startsWith(`${datacenter}/`) &&
      probe.target?.startsWith(`${datacenter}/`) &&
      isConnected(probe) &&
      !probe.result.ok,
  )
}

function reachVerdict(gateway: Gateway, seen: Seen): Verdict {
  const {model} = seen
  const endpoint = shownEndpoint({address: gateway.wanAddress, port: gateway.wanPort})
  const reach = reachOf(gateway.wanAddress)
  if (reach === 'everywhere' || (reach === 'loopback' && isOnLoopback(model))) return holds(endpoint)
  if (reach === 'inside' && isReachedFromOutside(gateway.datacenter, seen)) return holds(endpoint)
  if (reach === 'inside' && isPreflight(seen.snapshot)) return holds(`${endpoint}, which is private`)
  const details = {
    expected: 'an address that gateways of other datacenters can dial',
    fix: [`set wan of ${gateway.id} in ${model.file} to an address that other datacenters reach`],
  }
  return reach === 'inside'
    ? doubtful({...details, found: `${endpoint} is private, and nobody outside has got through yet`})
    : broken({...details, found: `${endpoint} cannot be reached from other machines`})
}
