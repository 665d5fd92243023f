import {nothingReachable} from '../checks/reachability.js'
import {type JournalEntry, readJournal} from '../federation/journal.js'
import type {Federation} from '../federation/model.js'
import type {RunbookContext} from './context.js'
import {applies, findingText, judgeGates, observeFor} from './gate.js'
import {finishedFor, type UnfinishedRun, unfinishedRuns} from './resumption.js'
import type {Runbook, Step} from './step.js'

/** Where a runbook stands: what its checks say now, and what the journal says happened. */
export interface RunbookStatus {
  readonly id: string
  readonly steps: readonly StepStatus[]
  readonly title: string
}

export interface StepStatus {
  readonly id: string
  /** The last thing that the journal says of it. */
  readonly last?: Pick<JournalEntry, 'at' | 'event' | 'user'> & {
    /** The other runbook for the same datacenter that has come to its end since. */
    readonly by?: string
  }
  /** What keeps its gate shut. */
  readonly missing: readonly string[]
  /** `done`: its checks pass, or it has none and the journal says it was finished. */
  readonly state: 'done' | 'open'
  readonly title: string
}

export interface RunbooksStatus {
  /** False where no server gave any answer. */
  readonly reachable: boolean
  readonly runbooks: readonly RunbookStatus[]
  /** Also of runbooks that are not listed, such as the move of an existing secondary. */
  readonly unfinished: readonly UnfinishedRun[]
}

/** Looks once at the federation and judges the gates of all steps. */
export async function runbooksStatus(runbooks: readonly Runbook[], context: RunbookContext): Promise<RunbooksStatus> {
  const gates = runbooks.flatMap(({steps}) => steps.flatMap(({done}) => done))
  const [snapshot, journal] = await Promise.all([observeFor(gates, context), readJournal(context.federation.workspace)])
  return {
    reachable: !nothingReachable(snapshot),
    runbooks: runbooks.map(({id, steps, title}) => ({
      id,
      steps: steps.map((step) => {
        return stepStatus(
          step,
          lastOf(id, step.id, journal),
          judgeGates(step.done, context.federation, snapshot).map(findingText),
          context.federation,
        )
      }),
      title,
    })),
    unfinished: unfinishedRuns(journal),
  }
}

/** What the journal says last of a step. A later finished run of another runbook for the same datacenter stands for all steps of this one. */
export function lastOf(runbook: string, step: string, journal: readonly JournalEntry[]): StepStatus['last'] {
  const own = journal.findLast((entry) => entry.runbook === runbook && entry.step === step)
  const end = finishedFor(runbook, journal)
  if (end && end.runbook !== runbook && (!own || journal.indexOf(end) > journal.indexOf(own)))
    return {at: end.at, by: end.runbook, event: end.event, user: end.user}
  return own && {at: own.at, event: own.event, user: own.user}
}

/** Where no check can tell, the journal has the word. */
function stepStatus(
  {done, id, title}: Step,
  last: StepStatus['last'],
  missing: readonly string[],
  federation: Federation,
): StepStatus {
  const isDone = done.some((gate) => applies(gate, federation))
    ? missing.length === 0
    : last?.event === 'step-done' || last?.event === 'run-done'
  return {
    id,
    ...(last ? {last} : {}),
    missing,
    state: isDone ? 'done' : 'open',
    title,
  }
}
