import type {RunbookEvent} from '../../runbooks/events.js'
import type {RunbookView} from './runbook-view.js'
import {seconds} from './seconds.js'

/** Progress as lines, for pipes, logs and `--debug`. Nothing is ever overwritten. */
export function plainRunbook(talk: (line: string) => void): RunbookView {
  return {
    end: () => Promise.resolve(),
    listener(event) {
      const line = lineFor(event)
      if (line !== undefined) talk(line)
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
      return `    waiting: ${event.waitsFor}`
    case 'step-done':
      return `  done: ${event.step.title} (${event.changes === 0 ? 'as it should be' : seconds(event.ms)})`
    case 'step-failed':
      return `  failed: ${event.step.title}`
    case 'run-done':
      return undefined
  }
}
