import type {Change, Runbook, Step} from './step.js'

/** What happens in a run, for whoever shows it. */
export type RunbookEvent =
  | {readonly changes: number; readonly ms: number; readonly step: Step; readonly type: 'step-done'}
  | {readonly change: Change; readonly step: Step; readonly type: 'change'}
  | {readonly error: unknown; readonly step: Step; readonly type: 'step-failed'}
  | {readonly runbook: Runbook; readonly type: 'run-done'}
  | {readonly runbook: Runbook; readonly type: 'run-started'}
  | {readonly step: Step; readonly type: 'step-started'}
  | {readonly step: Step; readonly type: 'waiting'; readonly waitsFor: string}

export type RunbookListener = (event: RunbookEvent) => void
