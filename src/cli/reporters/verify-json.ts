import type {CheckResult, Finding, Report} from '../../checks/check.js'
import type {Verification} from '../../checks/verify.js'
import type {FailureJson} from '../failure.js'

/**
 * The report as the contract has it, its keys in the order of the contract.
 * Where nothing at all could be reached it also holds the error that the exit code stands for.
 */
export function verifyJson({
  reachable,
  report,
}: Pick<Verification, 'reachable' | 'report'>): Partial<FailureJson> & Report {
  const {checks, diagnosis, durationMs, schemaVersion, startedAt, status, summary} = report
  return {
    ...(reachable ? {} : {error: unreachable(report)}),
    schemaVersion,
    status,
    startedAt,
    durationMs,
    summary: {pass: summary.pass, warn: summary.warn, fail: summary.fail, skip: summary.skip},
    checks: checks.map(checkJson),
    diagnosis: diagnosis.map(({cause, docs, explains, fix, title}) => ({cause, title, explains, fix, docs})),
  }
}

function checkJson({category, durationMs, findings, id, status, title}: CheckResult): CheckResult {
  return {id, category, title, status, durationMs, findings: findings.map(findingJson)}
}

function findingJson({evidence, expected, fix, found, status, subject}: Finding): Finding {
  return {
    subject,
    status,
    ...(found === undefined ? {} : {found}),
    ...(expected === undefined ? {} : {expected}),
    ...(evidence === undefined ? {} : {evidence}),
    ...(fix === undefined ? {} : {fix}),
  }
}

function unreachable({diagnosis}: Report): FailureJson['error'] {
  const [cause] = diagnosis
  return {
    code: 'consul.unreachable',
    docs: 'docs/errors.md#consul.unreachable',
    message: cause?.title ?? 'no server of the federation answers',
    suggestions: [...(cause?.fix ?? [])],
  }
}
