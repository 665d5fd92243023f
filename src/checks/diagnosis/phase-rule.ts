import type {Federation} from '../../federation/model.js'
import {primaryOf} from '../../federation/selectors.js'
import type {FederationStateFacts} from '../../observe/snapshot.js'
import {firstKnown, known} from '../answers.js'
import {fedctlCommand} from '../fedctl-command.js'
import {federationStates} from '../gateway-facts.js'
import {takesBack} from '../single-names.js'
import {distinct, joined} from '../wording.js'
import {gatewayFaults} from './gateway-faults.js'
import {type Case, isTokenUnknownIn, type JudgedFinding, type Rule} from './rule.js'

/** After its gateways came or came back, a federation was seen to need up to two and a half minutes; nothing longer has been seen. */
const phaseMs = 300_000

/**
 * What remains of a phase once calls between datacenters work: replication that failed before tries again after 64 s at the latest, that of
 * config entries after 120 s and a tenth more (Consul agent/consul/acl_replication.go aclReplicationMaxRetryBackoff and replication.go
 * replicationDefaultMaxRetryWait, 1.8–1.21). By check, with room for a slow machine.
 */
const replicationMs: Readonly<Record<string, number>> = {'acl.replication': 90_000, 'entries.replicated': 150_000}

/**
 * A server that comes back to a datacenter without others finds the other datacenters once one of them exchanges members with it, which each does
 * once in 60 s (memberlist config.go DefaultWANConfig PushPullInterval); it cannot join them by itself ("WAN join is disabled when wan federation via
 * mesh gateways is enabled", Consul 1.8.7). Up to 60 s were seen.
 */
const restartMs = 120_000

const settling = /^(?:access\.token|acl\.(?:gateway-token|replication)|(?:ca|entries|state|wan)\..*)$/

/** Nothing is broken that carries the federation, and something of it was broken or absent until a moment ago: a phase, not a fault. */
export const phase: Rule = {
  cause: 'federation.settling',
  title: 'the federation is in its first minutes, or a gateway or server has just returned',
  when(about) {
    const failures = about.findings.filter(({finding}) => finding.status === 'fail')
    if (about.model.via !== 'mesh-gateways' || !failures.every((failure) => maySettle(failure, about.model)))
      return undefined
    const touched = new Set([about.model.primary, ...failures.flatMap(({datacenters}) => datacenters)])
    const names = about.model.datacenters.map(({name}) => name).filter((name) => touched.has(name))
    if (gatewayFaults(about).some(({datacenter, faults}) => names.includes(datacenter.name) && faults.length > 0)) {
      return undefined
    }
    const longestMs = Math.max(...failures.map(({check}) => replicationMs[check] ?? phaseMs))
    const events = recentEvents(about, names, longestMs)
    const [youngest] = events
    if (!youngest) return undefined
    const concerned = distinct(events.map(({datacenter}) => datacenter))
    const explains = (finding: JudgedFinding) => concerns(concerned, finding, about.model.primary)
    const waited = failures.filter(explains)
    const waiting = new Set([about.model.primary, ...waited.flatMap(({datacenters}) => datacenters)])
    const {ageMs, at, what, withinMs} = youngest
    const until = new Date(at + withinMs).toISOString().slice(11, 19)
    return {
      explains,
      fix: [fedctlCommand('verify', {wait: '5m'})],
      title: `${joined(names.filter((name) => waiting.has(name)))} are still finding one another: ${what} ${Math.round(ageMs / 1000)} s ago; waiting for ${joined(distinct(waited.map(({check}) => check)))}, until ${until} UTC at the longest`,
    }
  },
}

/** Whether a finding may come from something that happened in these datacenters. All but calls and members is drawn from the primary. */
function concerns(names: readonly string[], finding: JudgedFinding, primary: string): boolean {
  const {check, datacenters} = finding
  if (!settling.test(check) || lacksForGood(finding)) return false
  const isDrawn = names.includes(primary) && !check.startsWith('wan.')
  return isDrawn || datacenters.some((name) => names.includes(name)) || isTokenUnknownIn(names, finding)
}

/** A token reaches a secondary by replication, so there it may be unknown for a while; in the primary it never is. */
function maySettle(finding: JudgedFinding, {datacenters, primary}: Federation): boolean {
  // A token is made in the primary: there it is never on its way.
  if (finding.check === 'acl.gateway-token') return !finding.datacenters.includes(primary) && !lacksForGood(finding)
  if (finding.check !== 'access.token') return settling.test(finding.check)
  const secondaries = datacenters.map(({name}) => name).filter((name) => name !== primary)
  return isTokenUnknownIn(secondaries, finding)
}

/** A rule that denies gateways single names stays where it is. */
function lacksForGood({check, finding}: JudgedFinding): boolean {
  return check === 'acl.gateway-token' && takesBack(finding.found ?? '')
}

/** Something after which datacenters need a while to find one another. */
interface Event {
  readonly ageMs: number
  /** Milliseconds since 1970. */
  readonly at: number
  readonly datacenter: string
  readonly what: string
  readonly withinMs: number
}

/** The youngest first. */
function recentEvents(about: Case, names: readonly string[], longestMs: number): Event[] {
  const startedAt = Date.parse(about.snapshot.startedAt)
  const event = (datacenter: string, time: string, what: string, withinMs: number): Event => {
    const at = Date.parse(time)
    // A clock that is a little ahead makes no negative age.
    const ageMs = Number.isNaN(at) ? Number.POSITIVE_INFINITY : Math.max(startedAt - at, 0)
    return {ageMs, at, datacenter, what, withinMs}
  }
  return [
    ...gatewayChanges(about, names).map(({datacenter, updatedAt}) =>
      event(datacenter, updatedAt, `the gateways of ${datacenter} changed`, longestMs),
    ),
    ...serverReturns(about, names).map(({datacenter, stableSince}) =>
      event(datacenter, stableSince, `a server of ${datacenter} came back`, Math.min(restartMs, longestMs)),
    ),
  ]
    .filter(({ageMs, withinMs}) => ageMs < withinMs)
    .sort((a, b) => a.ageMs - b.ageMs)
}

/** The federation states, as the primary holds them; a check that turns critical or passes again rewrites its own. */
function gatewayChanges({model, snapshot}: Case, names: readonly string[]): readonly FederationStateFacts[] {
  const states = federationStates(snapshot, primaryOf(model))
  return states.known ? states.value.filter(({datacenter}) => names.includes(datacenter)) : []
}

function serverReturns({model, snapshot}: Case, names: readonly string[]) {
  return model.datacenters
    .filter(({name}) => names.includes(name))
    .flatMap(({name, servers}) => {
      const health = firstKnown(servers.map(({id}) => known(snapshot.servers[id]?.autopilot)))
      const stableSince = health.known ? health.value.stableSince : undefined
      return stableSince === undefined ? [] : [{datacenter: name, stableSince}]
    })
}
