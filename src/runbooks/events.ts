import type {Task} from '../hosts/task.js'
import type {Change, OpenFinding, Runbook, Step} from './step.js'

/** What happens in a run, for whoever shows it. */
export type RunbookEvent =
  | {readonly changes: number; readonly ms: number; readonly step: Step; readonly type: 'step-done'}
  | {readonly change: Change; readonly step: Step; readonly type: 'change'}
  | {readonly error: unknown; readonly step: Step; readonly type: 'step-failed'}
  | {readonly runbook: Runbook; readonly type: 'run-done'}
  | {readonly runbook: Runbook; readonly type: 'run-started'}
  | {readonly step: Step; readonly type: 'step-started'}
  | {readonly step: Step; readonly tasks: readonly Task[]; readonly type: 'by-hand'}
  | Waiting

export type RunbookListener = (event: RunbookEvent) => void

export interface Waiting {
  /** Whether it waits for a person. */
  readonly byHand: boolean
  readonly missing: readonly OpenFinding[]
  /** Since the wait began. */
  readonly ms: number
  readonly step: Step
  readonly type: 'waiting'
}
