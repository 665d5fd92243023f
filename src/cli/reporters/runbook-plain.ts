import type {RunbookListener} from '../../runbooks/events.js'
import {seconds} from './seconds.js'

/** Progress as lines, for pipes, logs and `--debug`. Nothing is ever overwritten. */
export function plainRunbook(talk: (line: string) => void): RunbookListener {
  return (event) => {
    switch (event.type) {
      case 'run-started':
        return talk(event.runbook.title)
      case 'step-started':
        return talk(`  ${event.step.title}`)
      case 'change':
        return talk(`    ${event.change.summary}`)
      case 'waiting':
        return talk(`    waiting: ${event.waitsFor}`)
      case 'step-done':
        return talk(`  done: ${event.step.title} (${event.changes === 0 ? 'nothing to do' : seconds(event.ms)})`)
      case 'step-failed':
        return talk(`  failed: ${event.step.title}`)
      case 'run-done':
        return
    }
  }
}
