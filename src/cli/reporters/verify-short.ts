import type {CheckResult, Diagnosis, Finding, Report} from '../../checks/check.js'
import {oneLine} from './plain-text.js'
import {closingLine, worthShowing} from './verify-summary.js'

/** One line for each finding that does not pass, one for each diagnosis and each part of its fix, and the count. Where nothing answers, the reason is all there is to say. */
export function verifyShort(report: Report): string {
  return [
    ...(nothingAnswers(report) ? [] : worthShowing(report).flatMap(findingLines)),
    ...report.diagnosis.flatMap(diagnosisLines),
    closingLine(report),
  ].join('\n')
}

function nothingAnswers({diagnosis}: Report): boolean {
  return diagnosis.some(({cause}) => cause === 'access.nothing-reachable')
}

/** Subjects that could not be judged for one and the same reason share a line. */
function findingLines({findings, id}: CheckResult): string[] {
  const judged = findings.filter(({status}) => status === 'fail' || status === 'warn')
  const skipped = findings.filter(({status}) => status === 'skip')
  const reasons = [...new Set(skipped.map(({found}) => found))]
  return [
    ...judged.map((finding) => lineOf(id, finding, [finding.subject])),
    ...reasons.flatMap((reason) => {
      const alike = skipped.filter(({found}) => found === reason)
      const [first] = alike
      return first
        ? [
            lineOf(
              id,
              first,
              alike.map(({subject}) => subject),
            ),
          ]
        : []
    }),
  ]
}

function lineOf(id: string, {found, status}: Finding, subjects: readonly string[]): string {
  const named = subjects.filter((subject) => subject !== 'federation')
  const about = named.length > 0 ? ` ${named.join(', ')}` : ''
  return oneLine(`${status} ${id}${about}${found ? `: ${found}` : ''}`)
}

function diagnosisLines({cause, fix, title}: Diagnosis): string[] {
  return [`diagnosis ${cause}: ${title}`, ...fix.map((each) => `fix ${cause}: ${each}`)].map(oneLine)
}
