import type {Federation} from '../../federation/model.js'
import {primaryOf} from '../../federation/selectors.js'
import type {FederationStateFacts, Snapshot} from '../../observe/snapshot.js'
import {fedctlCommand} from '../fedctl-command.js'
import {federationStates} from '../gateway-facts.js'
import {distinct, joined} from '../wording.js'
import {gatewayFaults} from './gateway-faults.js'
import {type Case, isTokenUnknownIn, type JudgedFinding, type Rule} from './rule.js'

/** After its gateways came or came back, a federation was seen to need up to two and a half minutes; nothing longer has been seen. */
const phaseMs = 300_000

/**
 * What remains of a phase once calls between datacenters work: replication that failed before tries again after 64 s at the latest
 * (Consul agent/consul/acl_replication.go aclReplicationMaxRetryBackoff, 1.8–1.21).
 */
const replicationMs = 90_000

const settling = /^(?:access\.token|acl\.(?:gateway-token|replication)|(?:ca|entries|state|wan)\..*)$/

/** Nothing is broken that carries the federation, and it was broken or absent until a moment ago: a phase, not a fault. */
export const phase: Rule = {
  cause: 'federation.settling',
  title: 'the federation is in its first minutes, or in those after its gateways came back',
  when(about) {
    const failures = about.findings.filter(({finding}) => finding.status === 'fail')
    if (about.model.via !== 'mesh-gateways' || !failures.every((failure) => maySettle(failure, about.model)))
      return undefined
    const touched = new Set([about.model.primary, ...failures.flatMap(({datacenters}) => datacenters)])
    const names = about.model.datacenters.map(({name}) => name).filter((name) => touched.has(name))
    if (gatewayFaults(about).some(({datacenter, faults}) => names.includes(datacenter.name) && faults.length > 0)) {
      return undefined
    }
    const withinMs = failures.every(({check}) => check === 'acl.replication') ? replicationMs : phaseMs
    const youngest = youngestState(about, names, withinMs)
    if (!youngest) return undefined
    const {ageMs, state} = youngest
    const until = new Date(Date.parse(state.updatedAt) + withinMs).toISOString().slice(11, 19)
    return {
      explains: ({check}) => settling.test(check),
      fix: [fedctlCommand('verify', {wait: '5m'})],
      title: `${joined(names)} are still finding one another: the gateways of ${state.datacenter} changed ${Math.round(ageMs / 1000)} s ago; waiting for ${joined(distinct(failures.map(({check}) => check)))}, until ${until} UTC at the longest`,
    }
  },
}

/** A token reaches a secondary by replication, so there it may be unknown for a while; in the primary it never is. */
function maySettle(finding: JudgedFinding, {datacenters, primary}: Federation): boolean {
  // A token is made in the primary: there it is never on its way.
  if (finding.check === 'acl.gateway-token') return !finding.datacenters.includes(primary)
  if (finding.check !== 'access.token') return settling.test(finding.check)
  const secondaries = datacenters.map(({name}) => name).filter((name) => name !== primary)
  return isTokenUnknownIn(secondaries, finding)
}

/** The federation state, as the primary holds it, that was written last; a check that turns critical or passes again rewrites it. */
function youngestState({model, snapshot}: Case, names: readonly string[], withinMs: number) {
  const states = federationStates(snapshot, primaryOf(model))
  if (!states.known) return undefined
  const [youngest] = states.value
    .filter(({datacenter}) => names.includes(datacenter))
    .map((state) => ({ageMs: ageOf(state, snapshot), state}))
    .filter(({ageMs}) => ageMs < withinMs)
    .sort((a, b) => a.ageMs - b.ageMs)
  return youngest
}

/** Milliseconds; a clock that is a little ahead makes no negative age. */
function ageOf({updatedAt}: FederationStateFacts, {startedAt}: Snapshot): number {
  const age = Date.parse(startedAt) - Date.parse(updatedAt)
  return Number.isNaN(age) ? Number.POSITIVE_INFINITY : Math.max(age, 0)
}
