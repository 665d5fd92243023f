import {FedctlError} from '../errors/fedctl-error.js'
import type {Federation, Suppression} from '../federation/model.js'
import type {Check, Finding} from './check.js'
import {categoryOf, selectChecks} from './selection.js'
import {wildcard} from './wildcard.js'

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

/** @returns A line for people for each suppression whose last day is over at that time, ISO 8601: it would stay in the file unnoticed. */
export function endedSuppressions({file, suppressions}: Federation, at: string): string[] {
  return suppressions
    .filter(({until}) => at.slice(0, 10) > until)
    .map(({check, subject, until}) => {
      const about = subject === undefined ? check : `${check} for ${subject}`
      return `warning: the suppression of ${about} ended on ${until}; take it out of verify.suppress in ${file}, or give it a later day`
    })
}

/** @throws FedctlError `federation.invalid` where the file suppresses a check that there is not. */
export function requireKnownChecks({file, suppressions}: Federation, checks: readonly Check[]): void {
  for (const {check} of suppressions) {
    try {
      selectChecks(checks, {only: [check]})
    } catch (error) {
      if (!(error instanceof FedctlError)) throw error
      throw new FedctlError('federation.invalid', `${file}: verify.suppress: ${error.message}`, {
        suggestions: error.suggestions,
      })
    }
  }
}

function isAbout({check, subject = '*'}: Suppression, id: string, about: string): boolean {
  return (wildcard(check).test(id) || categoryOf(id) === check) && wildcard(subject).test(about)
}
