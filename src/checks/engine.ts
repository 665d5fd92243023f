import {performance} from 'node:perf_hooks'

import type {Federation, Suppression} from '../federation/model.js'
import type {Observation} from '../observe/observation.js'
import type {Snapshot} from '../observe/snapshot.js'
import type {Check, CheckResult, Finding, Report, Status} from './check.js'
import type {SeenSorted} from './define-check.js'
import {diagnose} from './diagnosis/diagnose.js'
import type {JudgedFinding} from './diagnosis/rule.js'
import {isPreflight} from './preflight-facts.js'
import {categoryOf, selectChecks, type Selection} from './selection.js'
import {sortedParts} from './sorted.js'
import {afterSuppression} from './suppressions.js'
import {joined} from './wording.js'

export interface RunOptions extends Selection {
  /** Only subjects that are about nothing but these datacenters: the scope of a runbook step. */
  readonly datacenters?: readonly string[]
  /** Milliseconds of a clock that never goes back. */
  readonly now?: () => number
  /** Judges nothing for which the snapshot was not asked to hold what the check needs. */
  readonly onlyObserved?: boolean
  /** Findings that are accepted for some time, and shown as skipped. */
  readonly suppressions?: readonly Suppression[]
  /** Only subjects that are about at least one of these datacenters: what an operator asks about. */
  readonly touching?: readonly string[]
}

const worstFirst = ['fail', 'warn', 'pass', 'skip'] as const satisfies readonly Status[]

/**
 * Judges a snapshot: pure, whatever is missing in it.
 * @returns The report, with a diagnosis where something failed.
 * @throws FedctlError `usage` for a selector that fits no check.
 */
export function runChecks(
  checks: readonly Check[],
  model: Federation,
  snapshot: Snapshot,
  options: RunOptions = {},
): Report {
  const now = options.now ?? (() => performance.now())
  const sorted = sortedParts(model, snapshot)
  const judged = selectChecks(checks, options).map((check) => {
    const start = now()
    const findings = judge(check, {model, snapshot, sorted}, options)
    return {check, durationMs: Math.round(now() - start), findings}
  })
  const results = judged.map(({check, durationMs, findings}): CheckResult => {
    const {id, title} = check
    const shown = findings.map(({finding}) => finding)
    const waits = judgesNothingYet(check, snapshot) ? {waits: true as const} : {}
    return {category: categoryOf(id), durationMs, findings: shown, id, status: worstOf(shown), title, ...waits}
  })
  const findings = judged.flatMap((result) => result.findings)
  return {
    checks: results,
    diagnosis: isPreflight(snapshot) ? [] : diagnose(findings, model, snapshot),
    durationMs: snapshot.durationMs,
    schemaVersion: 1,
    startedAt: snapshot.startedAt,
    status: overall(results, findings),
    summary: {
      fail: count(results, 'fail'),
      pass: count(results, 'pass'),
      skip: count(results, 'skip'),
      warn: count(results, 'warn'),
    },
  }
}

/** What has to be observed for these checks. */
export function neededObservations(checks: readonly Check[]): Set<Observation> {
  return new Set(checks.flatMap(({observes}) => observes))
}

function judge(check: Check, {model, snapshot, sorted}: SeenSorted, options: RunOptions): JudgedFinding[] {
  if (judgesNothingYet(check, snapshot)) return [about(check, skipped(nothingRuns(check)))]
  const applies = check.applies?.(model) ?? true
  if (applies !== true) return [about(check, skipped(applies))]
  const unseen = options.onlyObserved ? unseenBy(check, snapshot) : []
  if (unseen.length > 0) return [notInSnapshot(check, unseen, snapshot)]
  const subjects = check.subjects(model)
  if (subjects.length === 0) return [about(check, skipped('the federation file has nothing that this is about'))]
  const chosen = subjects.filter((subject) => isInScope(check.datacentersOf?.(subject), options))
  if (chosen.length === 0) return [about(check, skipped('nothing of this lies in the chosen datacenters'))]
  const {suppressions = []} = options
  return chosen.map((subject) => {
    const judged = check.judge(model, snapshot, subject, sorted)
    const finding = afterSuppression(judged, check.id, suppressions, snapshot.startedAt)
    return {
      ...(finding.status === judged.status ? {} : {accepted: true as const}),
      asked: true,
      check: check.id,
      datacenters: check.datacentersOf?.(subject) ?? [],
      finding,
    }
  })
}

/** Whether the check is about what runs, and nothing does. */
function judgesNothingYet({preflight}: Check, snapshot: Snapshot): boolean {
  return isPreflight(snapshot) && preflight === undefined
}

/** What the check needs and the snapshot was not asked to hold. A preflight holds what is known before anything runs. */
function unseenBy({observes}: Check, snapshot: Snapshot): Observation[] {
  const {observed} = snapshot
  if (observed === undefined || isPreflight(snapshot)) return []
  return observes.filter((observation) => !observed.includes(observation))
}

function notInSnapshot(check: Check, unseen: readonly Observation[], {fedctlVersion}: Snapshot): JudgedFinding {
  const reason = `the snapshot does not hold ${joined(unseen)}: it was not asked for when fedctl ${fedctlVersion} took it`
  return {...about(check, skipped(reason)), asked: true}
}

function nothingRuns({observes}: Check): string {
  return `nothing runs yet: this is known from ${joined(observes)}`
}

function about(check: Check, finding: Finding): JudgedFinding {
  return {asked: false, check: check.id, datacenters: [], finding}
}

function skipped(reason: string): Finding {
  return {found: reason, status: 'skip', subject: 'federation'}
}

/** A subject that names no datacenter is about all of them. */
function isInScope(names: readonly string[] | undefined, {datacenters, touching}: RunOptions): boolean {
  if (!names) return true
  const within = !datacenters || datacenters.length === 0 || names.every((name) => datacenters.includes(name))
  return within && (!touching || touching.length === 0 || names.some((name) => touching.includes(name)))
}

function worstOf(findings: readonly Finding[]): Status {
  return worstFirst.find((status) => findings.some((finding) => finding.status === status)) ?? 'skip'
}

/** A run in which nothing could be asked is a failure, one in which nothing applies is no pass either; what was judged and is accepted is one. */
function overall(results: readonly CheckResult[], findings: readonly JudgedFinding[]): Report['status'] {
  if (count(results, 'fail') > 0) return 'fail'
  if (count(results, 'warn') > 0) return 'warn'
  if (count(results, 'pass') > 0) return 'pass'
  if (findings.some(({accepted}) => accepted)) return 'pass'
  return findings.some(({asked}) => asked) ? 'fail' : 'warn'
}

function count(results: readonly CheckResult[], status: Status): number {
  return results.filter((result) => result.status === status).length
}
