import type {Report} from '../../checks/check.js'
import type {Verification} from '../../checks/verify.js'
import type {FailureJson} from '../failure.js'

/** The report as the contract has it; where nothing at all could be reached, with the error that the exit code stands for. */
export function verifyJson({
  reachable,
  report,
}: Pick<Verification, 'reachable' | 'report'>): Partial<FailureJson> & Report {
  if (reachable) return report
  const [cause] = report.diagnosis
  return {
    ...report,
    error: {
      code: 'consul.unreachable',
      docs: 'docs/errors.md#consul.unreachable',
      message: cause?.title ?? 'no server of the federation answers',
      suggestions: [...(cause?.fix ?? [])],
    },
  }
}
