import type {Finding, Report, Status} from './check.js'
import {phase} from './diagnosis/phase-rule.js'

/** What another look may find mended. */
export interface Awaited {
  /** Ids of the checks, for a person. */
  readonly checks: string
  /** Whether something has the status that makes the run fail. */
  readonly failing: boolean
  readonly reason: string
  /** Whether seconds may end it: it is part of a phase, has only just changed, or is a server that has only just started. */
  readonly settling: boolean
}

/** Causes that pass by themselves, or else stay: a second look tells. */
const passing: ReadonlySet<string> = new Set([phase.cause, 'raft.apart'])

/** What is waited for: all that has one of the `statuses`, which make the run fail, else what is only settling; undefined where there is neither. */
export function awaitedOf({checks, diagnosis, status}: Report, statuses: readonly Status[]): Awaited | undefined {
  const failing = statuses.includes(status)
  const isAwaited = (finding: Finding) => (failing ? statuses.includes(finding.status) : finding.settling === true)
  const awaited = checks.map(({findings, id}) => ({findings: findings.filter(isAwaited), id}))
  const findings = awaited.flatMap((check) => check.findings)
  if (!failing && findings.length === 0) return undefined
  const ids = awaited.filter((check) => check.findings.length > 0).map(({id}) => id)
  const [cause] = failing ? diagnosis : []
  return {
    checks: ids.join(', ') || 'an answer',
    failing,
    reason: cause?.title ?? findings[0]?.found ?? 'nothing could be asked',
    settling:
      (diagnosis.length > 0 && diagnosis.every((one) => passing.has(one.cause))) ||
      (findings.length > 0 && findings.every((finding) => finding.settling === true)),
  }
}
