import type {JournalEntry} from '../../federation/journal.js'
import type {RunbooksStatus, StepStatus} from '../../runbooks/status.js'
import type {UnfinishedRun} from '../../runbooks/resumption.js'
import {type Colours, coloursFor} from '../colours.js'

const words: Readonly<Record<JournalEntry['event'], string>> = {
  'change-announced': 'under way',
  'change-done': 'under way',
  'change-shown': 'instructions shown',
  'run-done': 'done',
  'run-failed': 'failed',
  'run-started': 'begun',
  'step-done': 'done',
  'step-failed': 'failed',
  'step-started': 'begun',
}

/** Runbooks as numbered lists of steps, with what is missing below a step that is not done, and the runs that did not reach their end. */
export function runbookStatusText({runbooks, unfinished}: Pick<RunbooksStatus, 'runbooks' | 'unfinished'>): string {
  const colours = coloursFor(process.stdout)
  return runbooks
    .flatMap(({steps, title}) => [title, ...steps.flatMap((step, index) => stepLines(step, index, colours)), ''])
    .concat(unfinished.map(unfinishedLine))
    .join('\n')
    .trimEnd()
}

function stepLines({last, missing, state, title}: StepStatus, index: number, colours: Colours): string[] {
  const hasFailed = last?.event === 'step-failed'
  const mark = hasFailed ? colours.red('✗') : state === 'done' ? colours.green('✓') : colours.yellow('○')
  const now = hasFailed && state === 'done' ? '; its checks pass now' : ''
  const by = last?.by === undefined ? '' : `, with ${last.by}`
  const when = last ? colours.dim(` (${words[last.event]} ${last.at}, ${last.user}${by}${now})`) : ''
  return [`${mark} ${index + 1}. ${title}${when}`, ...missing.slice(0, 3).map((text) => `     ${text}`)]
}

function unfinishedLine({at, reason, runbook, user}: UnfinishedRun): string {
  const why = reason === undefined ? '' : ` (${reason})`
  return `not finished: ${runbook}, begun ${at} by ${user}${why}`
}
