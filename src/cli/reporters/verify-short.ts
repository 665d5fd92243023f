import type {CheckResult, Diagnosis, Finding, Report} from '../../checks/check.js'
import {oneLine} from './plain-text.js'
import {closingLine} from './verify-summary.js'

/** One line for each finding that does not pass, one for each diagnosis, and the count. */
export function verifyShort(report: Report): string {
  return [
    ...report.checks.flatMap(findingLines),
    ...report.diagnosis.flatMap(diagnosisLines),
    closingLine(report),
  ].join('\n')
}

function findingLines({findings, id}: CheckResult): string[] {
  return findings
    .filter(({status}) => status !== 'pass')
    .map(({found, status, subject}: Finding) => {
      const about = subject === 'federation' ? '' : ` ${subject}`
      return oneLine(`${status} ${id}${about}${found ? `: ${found}` : ''}`)
    })
}

function diagnosisLines({cause, fix, title}: Diagnosis): string[] {
  const [first] = fix
  return [`diagnosis ${cause}: ${title}`, ...(first === undefined ? [] : [`fix ${cause}: ${first}`])].map(oneLine)
}
