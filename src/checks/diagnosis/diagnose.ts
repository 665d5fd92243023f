import type {Federation} from '../../federation/model.js'
import type {Snapshot} from '../../observe/snapshot.js'
import type {Diagnosis} from '../check.js'
import {fedctlCommand} from '../fedctl-command.js'
import {categoryOf} from '../selection.js'
import {distinct} from '../wording.js'
import {nothingReachable} from './access-rules.js'
import type {Explanation, JudgedFinding} from './rule.js'
import {rules} from './rules.js'

/**
 * Root causes of what failed, the one to act on first: what cuts datacenters off, then the rest. A finding that one rule has explained is not explained again.
 * Where something failed that is a cause of its own and no rule knows it, the check stands for itself; so does the first failed check where
 * nothing else is known, since causes come first in the catalogue.
 * Where nothing could be judged at all, the first reason is the cause.
 */
export function diagnose(
  findings: readonly JudgedFinding[],
  model: Federation,
  snapshot: Snapshot,
): readonly Diagnosis[] {
  const asked = findings.filter(({accepted, asked: wasAsked}) => wasAsked && accepted !== true)
  const [first] = asked
  if (first && asked.every(({finding}) => finding.status === 'skip')) return [unanswered(first, asked, model, snapshot)]
  return causesOf(
    asked.filter(({finding}) => finding.status === 'fail' || finding.status === 'warn'),
    model,
    snapshot,
  )
}

function causesOf(findings: readonly JudgedFinding[], model: Federation, snapshot: Snapshot): Diagnosis[] {
  let open = findings
  const diagnoses: Diagnosis[] = []
  for (const rule of rules) {
    if (!open.some(isFailure)) break
    const explanation = rule.when({findings: open, model, snapshot})
    const explained = explanation ? open.filter((finding) => explanation.explains(finding)) : []
    if (!explanation || !explained.some(isFailure)) continue
    diagnoses.push(diagnosisOf(rule.cause, explanation, explained))
    open = open.filter((finding) => !explained.includes(finding))
  }
  return [...worstFirst(diagnoses), ...leftOver(open.filter(isFailure), diagnoses.length > 0).map(unexplained)]
}

/** Nothing else makes these fail. */
const ownCause = /^(?:config|gossip|names|tls|version)\./

/** Failures that no rule knows and that are causes of their own, one of each category; without any and without a known cause, the first. */
function leftOver(failures: readonly JudgedFinding[], isExplained: boolean): JudgedFinding[] {
  const causes = failures.filter(({check}) => ownCause.test(check))
  const ofCategory = new Map(causes.toReversed().map((failure) => [categoryOf(failure.check), failure]))
  if (ofCategory.size > 0) return causes.filter((failure) => ofCategory.get(categoryOf(failure.check)) === failure)
  return isExplained ? [] : failures.slice(0, 1)
}

/** What keeps calls between datacenters from working comes before what does not; apart from that, the order of the rules. */
function worstFirst(diagnoses: readonly Diagnosis[]): Diagnosis[] {
  const breaksCalls = ({explains}: Diagnosis) => explains.includes('wan.rpc')
  return [...diagnoses.filter(breaksCalls), ...diagnoses.filter((diagnosis) => !breaksCalls(diagnosis))]
}

function unanswered(
  first: JudgedFinding,
  findings: readonly JudgedFinding[],
  model: Federation,
  snapshot: Snapshot,
): Diagnosis {
  const explanation = nothingReachable.when({findings, model, snapshot})
  if (explanation) return diagnosisOf(nothingReachable.cause, explanation, findings)
  return {...unexplained(first), fix: first.finding.fix ?? [fedctlCommand('verify', {only: 'access'})]}
}

function diagnosisOf(cause: string, {fix, title}: Explanation, explained: readonly JudgedFinding[]): Diagnosis {
  return {cause, docs: docsOf(`cause-${cause}`), explains: distinct(explained.map(({check}) => check)), fix, title}
}

function unexplained({check, finding}: JudgedFinding): Diagnosis {
  const {fix = [], found, subject} = finding
  return {cause: check, docs: docsOf(check), explains: [check], fix, title: found ? `${subject}: ${found}` : subject}
}

function docsOf(anchor: string): string {
  return `docs/checks.md#${anchor}`
}

function isFailure({finding}: JudgedFinding): boolean {
  return finding.status === 'fail'
}
