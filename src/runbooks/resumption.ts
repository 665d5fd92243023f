import type {JournalEntry} from '../federation/journal.js'
import type {Runbook} from './step.js'

/** What a run finds that goes on with what an earlier one began. */
export interface Resumption {
  /** Changes that the last runs announced and that have no result. */
  readonly again: readonly {readonly at: string; readonly change: string}[]
  /** What is finished, as titles: steps, and whole runbooks where there are several. */
  readonly done: readonly string[]
  /** What is still to be done, likewise. */
  readonly next: readonly string[]
  /** When and by whom something was finished last; undefined where nothing was. */
  readonly until?: {readonly at: string; readonly user: string}
  /** The run that did not reach its end. `reason` is undefined for one that was killed. */
  readonly stopped?: {readonly at: string; readonly reason?: string; readonly user: string}
}

/** A run that did not reach its end, and is not gone on with yet. */
export interface UnfinishedRun {
  readonly at: string
  /** Undefined for one that was killed or is at work. */
  readonly reason?: string
  readonly runbook: string
  readonly user: string
}

type Titles = Pick<Runbook, 'id' | 'title'> & {readonly steps: readonly {readonly id: string; readonly title: string}[]}

interface Past {
  readonly done: readonly JournalEntry[]
  readonly entries: readonly JournalEntry[]
  readonly runbook: Titles
  readonly state: 'done' | 'never' | 'stopped'
}

/**
 * Where these runbooks, one after the other, were left.
 * @returns Undefined where none of them was begun, and where the last run of each reached its end.
 */
export function resumptionOf(runbooks: readonly Titles[], journal: readonly JournalEntry[]): Resumption | undefined {
  const past = runbooks.map((runbook) => pastOf(runbook, journal))
  if (past.every(({state}) => state === 'never') || past.every(({state}) => state === 'done')) return undefined
  const done = past.flatMap((one) => one.done)
  const latest = done.toSorted((one, other) => one.at.localeCompare(other.at)).at(-1)
  const stopped = past.find(({state}) => state === 'stopped')?.entries
  return {
    again: past.flatMap(unsettled),
    done: past.flatMap((one) => titles(one, true)),
    next: past.flatMap((one) => titles(one, false)),
    ...(latest ? {until: {at: latest.at, user: latest.user}} : {}),
    ...(stopped ? {stopped: endOf(stopped)} : {}),
  }
}

/**
 * @returns The last run of each bootstrap runbook in the journal that changed something or was killed, where it did not reach its end and no later
 * run for the same datacenter did.
 */
export function unfinishedRuns(journal: readonly JournalEntry[]): UnfinishedRun[] {
  const ids = [...new Set(journal.map(({runbook}) => runbook))].filter((id) => id.startsWith('bootstrap '))
  return ids.flatMap((id) => {
    const run = runsOf(id, journal).findLast((entries) => !isRefused(entries))
    const first = run?.[0]
    if (!run || !first || run.some(({event}) => event === 'run-done')) return []
    const end = finishedFor(id, journal)
    return end && journal.indexOf(end) > journal.indexOf(first) ? [] : [{...endOf(run), runbook: id}]
  })
}

/** The end of the last finished run of this runbook, or of another one for the same datacenter, such as the move of an existing secondary. */
export function finishedFor(runbook: string, journal: readonly JournalEntry[]): JournalEntry | undefined {
  return journal.findLast((entry) => entry.event === 'run-done' && subjectOf(entry.runbook) === subjectOf(runbook))
}

function subjectOf(runbook: string): string {
  return runbook.replace(/ --existing$/, '')
}

function runsOf(runbook: string, journal: readonly JournalEntry[]): JournalEntry[][] {
  const entries = journal.filter((entry) => entry.runbook === runbook)
  const begins = entries.flatMap(({event}, index) => (event === 'run-started' ? [index] : []))
  return begins.map((begin, index) => entries.slice(begin, begins[index + 1]))
}

/** It failed before it changed anything, so nothing of it is left to go on with. */
function isRefused(run: readonly JournalEntry[]): boolean {
  const last = run.at(-1)?.event
  return (last === 'step-failed' || last === 'run-failed') && !run.some(({event}) => event === 'change-announced')
}

/** What any run has finished counts; a runbook that once came to its end has nothing to come. */
function pastOf(runbook: Titles, journal: readonly JournalEntry[]): Past {
  const entries = journal.filter((entry) => entry.runbook === runbook.id)
  const last = entries.findLast(({event}) => event === 'run-done' || event === 'run-started')
  const done = runbook.steps.flatMap(
    ({id}) => entries.findLast(({event, step}) => event === 'step-done' && step === id) ?? [],
  )
  if (!last) return {done, entries, runbook, state: 'never'}
  return {done, entries, runbook, state: last.event === 'run-done' ? 'done' : 'stopped'}
}

/**
 * What the last run announced and neither noted as done nor followed by the end of its step. Of instructions that were only shown nobody knows
 * whether they were followed.
 */
function unsettled({entries}: Past): {at: string; change: string}[] {
  const open = new Map<string, JournalEntry>()
  const begin = entries.findLastIndex(({event}) => event === 'run-started')
  for (const entry of entries.slice(Math.max(begin, 0))) {
    if (entry.event === 'change-announced') open.set(entry.change ?? '', entry)
    if (entry.event === 'change-done') open.delete(entry.change ?? '')
    if (entry.event === 'step-done') {
      for (const [change, {step}] of open) if (step === entry.step) open.delete(change)
    }
  }
  return [...open].map(([change, {at}]) => ({at, change}))
}

/** A runbook of which all or nothing is done as a whole, any other by its steps. */
function titles({done, runbook, state}: Past, isDone: boolean): string[] {
  const finished = new Set(done.map(({step}) => step))
  const wanted = runbook.steps.filter(({id}) => finished.has(id) === isDone)
  const isWhole = state !== 'stopped' || (isDone && wanted.length > 0)
  return isWhole && wanted.length === runbook.steps.length ? [runbook.title] : wanted.map(({title}) => title)
}

function endOf(entries: readonly JournalEntry[]): NonNullable<Resumption['stopped']> {
  const begin = entries.findLast(({event}) => event === 'run-started')
  const last = entries.at(-1)
  const {at = '', user = ''} = begin ?? last ?? {}
  const hasFailed = last?.event === 'step-failed' || last?.event === 'run-failed'
  return {at, ...(hasFailed ? {reason: last.message?.split('\n')[0]?.replace(/:$/, '') ?? ''} : {}), user}
}
