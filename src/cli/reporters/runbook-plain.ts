import type {RunbookEvent} from '../../runbooks/events.js'
import {summaryOf} from '../../runbooks/gate.js'
import {coloursFor} from '../colours.js'
import type {RunbookView} from './runbook-view.js'
import {seconds} from './seconds.js'
import {tasksText} from './tasks-text.js'

/** From then on a wait says how long it lasts. */
const longMs = 10_000

/**
 * Progress as lines, for pipes, logs and `--debug`. Nothing is ever overwritten.
 * @param print takes what is to be done by hand, which is a result.
 */
export function plainRunbook(talk: (line: string) => void, print: (text: string) => void = talk): RunbookView {
  let last = ''
  return {
    end: () => Promise.resolve(),
    listener(event) {
      if (event.type === 'by-hand') return print(tasksText(event.step.title, event.tasks, coloursFor(process.stdout)))
      const line = lineFor(event)
      if (line !== undefined && line !== last) talk(line)
      last = line ?? last
    },
  }
}

function lineFor(event: RunbookEvent): string | undefined {
  switch (event.type) {
    case 'run-started':
      return event.runbook.title
    case 'step-started':
      return `  ${event.step.title}`
    case 'change':
      return `    ${event.change.summary}`
    case 'waiting':
      return `    waiting${event.ms < longMs ? '' : ` for ${Math.round(event.ms / 1000)} s`}: ${summaryOf(event.missing)}`
    case 'step-done':
      return `  done: ${event.step.title} (${event.changes === 0 ? 'as it should be' : seconds(event.ms)})`
    case 'step-failed':
      return `  failed: ${event.step.title}`
    case 'by-hand':
    case 'run-done':
      return undefined
  }
}
