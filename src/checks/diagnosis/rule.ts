import type {Federation} from '../../federation/model.js'
import {agentsOf, datacenterOf} from '../../federation/selectors.js'
import type {Snapshot} from '../../observe/snapshot.js'
import type {Finding} from '../check.js'
import {neverTried} from '../catalogue/acl.js'
import {takesBack} from '../single-names.js'
import {distinct} from '../wording.js'

/** A finding with what the rules need to know of its check and subject. */
export interface JudgedFinding {
  /** It failed or warned, and the federation file suppresses that. */
  readonly accepted?: true
  /** False where the check does not apply or has no subject. */
  readonly asked: boolean
  readonly check: string
  readonly datacenters: readonly string[]
  readonly finding: Finding
}

/** What a rule has in front of it. */
export interface Case {
  /** Findings that failed or warned and that no earlier rule has explained. */
  readonly findings: readonly JudgedFinding[]
  readonly model: Federation
  readonly snapshot: Snapshot
}

export interface Explanation {
  explains(finding: JudgedFinding): boolean
  /** Commands to run or edits to make, most useful first. */
  readonly fix: readonly string[]
  /** What is wrong, in one sentence that names the culprit. */
  readonly title: string
}

/** One root cause, and how it is recognised. */
export interface Rule {
  /** Stable, such as `gateway.none-usable`; heads a section in docs/checks.md. */
  readonly cause: string
  /** The cause in general, for the documentation. */
  readonly title: string
  when(about: Case): Explanation | undefined
}

/** The findings of a check that failed and are not explained yet. */
export function failuresOf({findings}: Case, check: string): JudgedFinding[] {
  return findings.filter((other) => other.check === check && other.finding.status === 'fail')
}

const dependent = /^(?:acl\.replication$|ca\.|entries\.|gateway\.(?!envoy|redundant)|state\.|wan\.(?!unexpected))/
const drawnFromPrimary = /^(?:acl\.replication$|ca\.|entries\.|gateway\.bootstrap-path|state\.)/

/**
 * Whether a finding can follow from datacenters being cut off: it is about one of them, or about what a secondary draws from
 * the primary where that is one of them. Tokens are drawn from there too, as long as a secondary does not replicate them.
 */
export function dependsOn(names: readonly string[], about: Case): (finding: JudgedFinding) => boolean {
  const {primary} = about.model
  const isCutOff = (name: string) => names.includes(name) || names.includes(primary)
  const withoutTokens = failuresOf(about, 'acl.replication')
    .flatMap(({datacenters}) => datacenters)
    .filter(isCutOff)
  return (finding) => {
    const {check, datacenters} = finding
    if (check === 'access.token') return isTokenUnknownIn(withoutTokens, finding)
    if (!dependent.test(check) || lacksToken(finding, about)) return false
    return datacenters.some((name) => names.includes(name)) || (names.includes(primary) && drawnFromPrimary.test(check))
  }
}

/** Longer than a first try takes where nobody answers. */
const firstTryMs = 120_000

/** Whether replication has no token, whatever else keeps it from the primary: nothing was tried although the servers are there for a while. */
function lacksToken({check, datacenters, finding}: JudgedFinding, {model, snapshot}: Case): boolean {
  if (check !== 'acl.replication' || finding.found !== neverTried) return false
  const servers = datacenters.flatMap((name) => datacenterOf(model, name).servers)
  const since = servers.flatMap(({id}) => {
    const autopilot = snapshot.servers[id]?.autopilot
    return autopilot?.ok && autopilot.value.stableSince !== undefined ? [Date.parse(autopilot.value.stableSince)] : []
  })
  return since.length > 0 && Math.max(...since) < Date.parse(snapshot.startedAt) - firstTryMs
}

/** Who has a fault: an agent, or a datacenter as a whole. */
type Faulty = Pick<JudgedFinding, 'datacenters'> & {readonly finding: Pick<Finding, 'subject'>}

const heldByDatacenter = /^(?:ca|entries|state)\./

/**
 * As `dependsOn`, for faults of servers. What a datacenter holds and publishes follows from them only where all of its servers have one: as long
 * as one is well, it can lead.
 */
export function dependsOnFaulty(failures: readonly Faulty[], about: Case): (finding: JudgedFinding) => boolean {
  const names = distinct(failures.flatMap(({datacenters}) => datacenters))
  const follows = dependsOn(names, about)
  const followsFromAll = dependsOn(
    names.filter((name) => allFaulty(name, failures, about.model)),
    about,
  )
  const subjects = new Set(failures.map(({finding}) => finding.subject))
  return (finding) =>
    (heldByDatacenter.test(finding.check) ? followsFromAll : follows)(finding) || isTokenUnknownAt(subjects, finding)
}

/** Also where a failure is about the datacenter and not about one of its agents. */
function allFaulty(name: string, failures: readonly Faulty[], model: Federation): boolean {
  const datacenter = datacenterOf(model, name)
  const subjects = failures.filter(({datacenters}) => datacenters.includes(name)).map(({finding}) => finding.subject)
  const agents = new Set(agentsOf(datacenter).map(({id}) => id))
  const isWhole = datacenter.servers.every(({id}) => subjects.includes(id))
  return isWhole || subjects.some((subject) => !agents.has(subject))
}

/** Whether a finding on the token comes from these servers: one that reaches neither its leader nor the primary knows no token. One that is too weak it knows. */
export function isTokenUnknownAt(servers: ReadonlySet<string>, {check, finding}: JudgedFinding): boolean {
  return check === 'access.token' && servers.has(finding.subject) && !finding.found?.startsWith('the token lacks ')
}

/** Whether a finding on the token comes from these datacenters alone: their own servers, or what others could not read in them. */
export function isTokenUnknownIn(names: readonly string[], {check, datacenters, finding}: JudgedFinding): boolean {
  if (check !== 'access.token' || takesBack(finding.found ?? '')) return false
  if (datacenters.some((name) => names.includes(name))) return true
  const rest = names.reduce((text, name) => text.replace(` service:read in ${name}`, ''), finding.found ?? '')
  return rest !== finding.found && /^the token lacks(?: and|,)*$/.test(rest)
}

/**
 * Whether a call failed for want of members of that datacenter in the WAN pool, and not of a gateway, which Consul tells as "Remote DC has no server
 * currently reachable" (Consul agent/structs/errors.go, 1.8–1.21).
 */
export function findsNoPath({check, finding}: JudgedFinding): boolean {
  return check === 'wan.rpc' && /No path to datacenter/i.test(finding.found ?? '')
}

/** Whether each line of a finding speaks of one of these names. */
export function mentionsOnly({finding}: JudgedFinding, names: readonly string[]): boolean {
  const lines = [finding.found ?? '', ...(finding.evidence ?? [])]
  return lines.every((line) => names.some((name) => line.includes(name)))
}
