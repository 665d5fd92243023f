import {findingText, summaryOf} from '../../runbooks/gate.js'
import type {RunbookEvent} from '../../runbooks/events.js'
import type {Person} from '../../runbooks/context.js'
import type {OpenFinding, Step} from '../../runbooks/step.js'
import {type Keys, terminalKeys} from '../keys.js'
import {liveLine} from '../live-line.js'
import {hanging, wrapped} from './plain-text.js'
import {plainRunbook} from './runbook-plain.js'
import type {RunbookView} from './runbook-view.js'

export interface AttendedRunbook extends RunbookView {
  readonly person: Person
}

interface Words {
  /** Default: those of stdin. */
  readonly keys?: Keys
  /** Prints what has to stay readable: results. */
  readonly print: (text: string) => void
  /** Whether only results and errors are wanted. */
  readonly quiet: boolean
  readonly talk: (line: string) => void
}

const width = 88
const waitingKeys = 's: what is missing    ?: why this step, and the keys    Ctrl-C: stop, and go on later'
const confirmKeys = 'no check can see whether this is done    Enter: it is done    ?: why this step    Ctrl-C: stop'

/** Progress as lines with a person at the terminal: while it waits, the last line says for what, and keys tell more. */
export function attendedRunbook({keys = terminalKeys(), print, quiet, talk}: Words): AttendedRunbook {
  const line = liveLine(process.stderr)
  const say = (text: string) => process.stderr.write(`${text}\n`)
  const plain = plainRunbook(talk, print)
  let waitsAt: Step | undefined

  const rest = () => {
    keys.release()
    line.clear()
    waitsAt = undefined
  }

  /** Prints an answer above the last line. */
  const answer = (text: string, last: string) => {
    line.clear()
    say(text)
    if (!quiet) line.show(last)
  }

  const wait = (step: Step, missing: readonly OpenFinding[]) => {
    const last = `waiting for: ${summaryOf(missing)}`
    if (!quiet && waitsAt !== step) say(`\n${waitingKeys}`)
    waitsAt = step
    if (!quiet) line.show(last)
    keys.listen((key) => {
      if (key === 's') answer(missingText(missing), last)
      if (key === '?') answer(`${whyText(step)}\n${waitingKeys}`, last)
    })
  }

  return {
    async end() {
      rest()
      await plain.end()
    },
    listener(event: RunbookEvent) {
      if (event.type === 'waiting') return wait(event.step, event.missing)
      rest()
      // By hand is what the instructions say.
      if (event.type === 'change' && 'host' in event.change && event.change.host === 'manual') return
      plain.listener(event)
    },
    person: {
      async confirm(step, signal) {
        signal.throwIfAborted()
        const answered = new AbortController()
        try {
          await keys.discard()
          signal.throwIfAborted()
          say('')
          line.show(confirmKeys)
          await new Promise<void>((resolve, reject) => {
            const cancel = () => reject(signal.reason as Error)
            signal.addEventListener('abort', cancel, {once: true, signal: answered.signal})
            keys.listen((key) => {
              if (key === '\r' || key === '\n') resolve()
              if (key === 's') answer('what is printed above, which no check can see', confirmKeys)
              if (key === '?') answer(whyText(step), confirmKeys)
            })
          })
        } finally {
          answered.abort()
          rest()
        }
      },
    },
  }
}

function whyText({title, why}: Pick<Step, 'title' | 'why'>): string {
  return wrapped(`${title}: ${why}`, width).join('\n')
}

function missingText(missing: readonly OpenFinding[]): string {
  const lines = missing.flatMap(({check, expected, found, subject}) => [
    `  ${findingText({check, subject})}`,
    ...(found === undefined ? [] : hanging('    found     ', [found])),
    ...(expected === undefined ? [] : hanging('    expected  ', [expected])),
  ])
  return ['still missing:', ...lines].join('\n')
}
