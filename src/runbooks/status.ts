import type {RunbookContext} from './context.js'
import {judgeGates, observeFor} from './gate.js'
import {type JournalEntry, readJournal} from './journal.js'
import type {Runbook} from './step.js'

/** Where a runbook stands: what its checks say now, and what the journal says happened. */
export interface RunbookStatus {
  readonly id: string
  readonly steps: readonly StepStatus[]
  readonly title: string
}

export interface StepStatus {
  readonly id: string
  /** The last thing that the journal says of it. */
  readonly last?: Pick<JournalEntry, 'at' | 'event' | 'user'>
  /** What keeps its gate shut. */
  readonly missing: readonly string[]
  /** `done`: its checks pass, or it has none and the journal says it was finished. */
  readonly state: 'done' | 'open'
  readonly title: string
}

/** Looks once at the federation and judges the gates of all steps. */
export async function runbookStatus(runbooks: readonly Runbook[], context: RunbookContext): Promise<RunbookStatus[]> {
  const gates = runbooks.flatMap(({steps}) => steps.flatMap(({done}) => done))
  const [snapshot, journal] = await Promise.all([observeFor(gates, context), readJournal(context.federation.workspace)])
  return runbooks.map(({id, steps, title}) => ({
    id,
    steps: steps.map((step) => {
      const last = journal.findLast((entry) => entry.runbook === id && entry.step === step.id)
      const missing = judgeGates(step.done, context.federation, snapshot)
      const isDone = step.done.length > 0 ? missing.length === 0 : last?.event === 'step-done'
      return {
        id: step.id,
        ...(last ? {last: {at: last.at, event: last.event, user: last.user}} : {}),
        missing,
        state: isDone ? ('done' as const) : ('open' as const),
        title: step.title,
      }
    }),
    title,
  }))
}
