import {FedctlError} from '../errors/fedctl-error.js'
import {shown} from '../federation/fields/shown.js'
import {FederationInvalid, type FederationIssue, issueLine} from '../federation/issue.js'
import type {Federation, Suppression} from '../federation/model.js'
import {nearMiss} from '../federation/near-miss.js'
import type {Check, Finding} from './check.js'
import {categoryOf, selectChecks} from './selection.js'
import {wildcard} from './wildcard.js'
import {distinct, joined} from './wording.js'

/** Subjects that an error lists. */
const mostLabels = 8

/**
 * The finding as the federation file has it shown: one that is accepted is skipped, with the reason; one whose time is over says so.
 * @param at time of the snapshot, ISO 8601; suppressions count to the end of their last day in UTC.
 */
export function afterSuppression(
  finding: Finding,
  check: string,
  suppressions: readonly Suppression[],
  at: string,
): Finding {
  if (finding.status !== 'fail' && finding.status !== 'warn') return finding
  const fitting = suppressions.filter((suppression) => isAbout(suppression, check, finding.subject))
  const valid = fitting.find(({until}) => at.slice(0, 10) <= until)
  if (valid) {
    const found = `suppressed until ${valid.until} (${valid.reason})${finding.found === undefined ? '' : `: ${finding.found}`}`
    return {excused: true, found, status: 'skip', subject: finding.subject}
  }
  const ended = fitting.map(({reason, until}) => `was suppressed until ${until} (${reason})`)
  return ended.length === 0 ? finding : {...finding, evidence: [...(finding.evidence ?? []), ...ended]}
}

/**
 * @param at time of the snapshot, ISO 8601.
 * @returns A line for people, with its place in the file, for each suppression that would stay there unnoticed: its last day is over, or nothing in
 * this federation has the name of its subject.
 */
export function idleSuppressions(federation: Federation, checks: readonly Check[], at: string): string[] {
  const {file, suppressions} = federation
  const ended = suppressions
    .filter(({until}) => at.slice(0, 10) > until)
    .map(({check, places, subject, until}) => {
      const about = subject === undefined ? check : `${check} for ${shown(subject)}`
      const message = `the suppression of ${about} ended on ${until}; take it out, or give it a later day`
      return {...places.until, message}
    })
  const strays = suppressions.flatMap((suppression) => strayIssue(suppression, federation, checks) ?? [])
  return [...ended, ...strays].sort((a, b) => a.line - b.line).map((issue) => `warning: ${issueLine(file, issue)}`)
}

/** @throws FederationInvalid (`federation.invalid`) where the file suppresses checks that there are not. */
export function requireKnownChecks({file, suppressions}: Federation, checks: readonly Check[]): void {
  const issues = suppressions.flatMap(({check, places}): FederationIssue[] => {
    try {
      selectChecks(checks, {only: [check]})
      return []
    } catch (error) {
      if (!(error instanceof FedctlError)) throw error
      return [{...places.check, message: [error.message, ...error.suggestions].join('; ')}]
    }
  })
  if (issues.length > 0) throw new FederationInvalid(file, issues)
}

/** What is wrong with a subject that none of the checks is about. */
function strayIssue(
  {check, places, subject}: Suppression,
  federation: Federation,
  checks: readonly Check[],
): FederationIssue | undefined {
  if (subject === undefined) return undefined
  const meant = checks.filter(({id}) => names(check, id))
  const labels = distinct(meant.flatMap((one) => one.subjects(federation).map((about) => one.label(about))))
  if (labels.length === 0 || labels.some((label) => wildcard(subject).test(label))) return undefined
  const near = labels.find((label) => label.endsWith(`/${subject}`)) ?? nearMiss(subject, labels)
  const advice = near === undefined ? `it is about ${shownFirst(labels)}` : `did you mean ${JSON.stringify(near)}?`
  return {
    ...places.subject,
    message: `${shown(subject)} is nothing that ${check} is about, so it accepts nothing; ${advice}`,
  }
}

function shownFirst(labels: readonly string[]): string {
  return labels.length > mostLabels ? `${labels.slice(0, mostLabels).join(', ')}, …` : joined(labels)
}

function isAbout({check, subject = '*'}: Suppression, id: string, about: string): boolean {
  return names(check, id) && wildcard(subject).test(about)
}

function names(selector: string, id: string): boolean {
  return wildcard(selector).test(id) || categoryOf(id) === selector
}
