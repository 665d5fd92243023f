import type {CheckResult, Diagnosis, Report} from '../../checks/check.js'
import {type FindingGroup, groupByReason, subjectsText} from './finding-groups.js'
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
  return [
    ...judged.map((finding) => lineOf(id, {finding, subjects: [finding.subject]})),
    ...groupByReason(findings.filter(({status}) => status === 'skip')).map((group) => lineOf(id, group)),
  ]
}

function lineOf(id: string, {finding: {found, status}, subjects}: FindingGroup): string {
  const named = subjectsText(subjects)
  return oneLine(`${status} ${id}${named && ` ${named}`}${found ? `: ${found}` : ''}`)
}

function diagnosisLines({cause, fix, title}: Diagnosis): string[] {
  return [`diagnosis ${cause}: ${title}`, ...fix.map((each) => `fix ${cause}: ${each}`)].map(oneLine)
}
