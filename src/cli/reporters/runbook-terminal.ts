import type {ListrTaskWrapper} from 'listr2'

import {summaryOf} from '../../runbooks/gate.js'
import type {RunbookEvent} from '../../runbooks/events.js'
import type {Runbook, Step} from '../../runbooks/step.js'
import type {RunbookView} from './runbook-view.js'
import {seconds} from './seconds.js'

interface LiveStep {
  readonly done: Promise<void>
  finish(): void
  give(error: unknown): void
  line: string
  show?: (line: string) => void
}

/** Progress as a live list of steps on stderr. The list only mirrors events; the work is done by the engine. */
export async function terminalRunbook(runbook: Runbook): Promise<RunbookView> {
  const {Listr, ListrLogger, ProcessOutput} = await import('listr2')
  const live = new Map<Step, LiveStep>(runbook.steps.map((step) => [step, liveStep()]))
  const logger = new ListrLogger({processOutput: new ProcessOutput(process.stderr, process.stderr)})
  const list = new Listr(
    runbook.steps.map((step) => ({
      task: (_: unknown, task: TaskWrapper) => mirror(step, live.get(step), task),
      title: step.title,
    })),
    {
      collectErrors: false,
      concurrent: false,
      exitOnError: true,
      registerSignalListeners: false,
      rendererOptions: {collapseErrors: false, logger, showErrorMessage: false},
      fallbackRendererOptions: {logger},
    },
  )
  process.stderr.write(`${runbook.title}\n`)
  // The engine reports the error itself; the list only shows at which step it happened.
  const drawn = list.run().then(
    () => undefined,
    () => undefined,
  )
  return {
    async end() {
      for (const step of live.values()) step.give(new Error('abandoned'))
      await drawn
      process.stderr.write('\n')
    },
    listener: (event) => onEvent(event, live),
  }
}

type TaskWrapper = Pick<ListrTaskWrapper<unknown, never, never>, 'output' | 'title'>

async function mirror(step: Step, live: LiveStep | undefined, task: TaskWrapper): Promise<void> {
  if (!live) return
  live.show = (line) => {
    task.output = line
  }
  live.show(live.line || step.why)
  await live.done
  task.title = `${step.title}${live.line}`
}

function onEvent(event: RunbookEvent, live: ReadonlyMap<Step, LiveStep>): void {
  if (!('step' in event)) return
  const step = live.get(event.step)
  switch (event.type) {
    case 'change':
      return step?.show?.(event.change.summary)
    case 'waiting':
      return step?.show?.(`waiting: ${summaryOf(event.missing)}`)
    case 'step-done':
      if (step) step.line = event.changes === 0 ? ' (as it should be)' : ` (${seconds(event.ms)})`
      return step?.finish()
    case 'step-failed':
      return step?.give(event.error)
    default:
  }
}

function liveStep(): LiveStep {
  let finish = (): void => undefined
  let give: (error: unknown) => void = () => undefined
  const done = new Promise<void>((resolve, reject) => {
    finish = resolve
    give = reject
  })
  done.catch(() => undefined)
  return {done, finish, give, line: ''}
}
