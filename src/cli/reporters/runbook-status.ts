import type {RunbookStatus, StepStatus} from '../../runbooks/status.js'
import {coloursFor} from '../colours.js'

/** Runbooks as numbered lists of steps, with what is missing below a step that is not done. */
export function runbookStatusText(runbooks: readonly RunbookStatus[]): string {
  return runbooks
    .flatMap(({steps, title}) => [title, ...steps.flatMap(stepLines), ''])
    .join('\n')
    .trimEnd()
}

function stepLines({last, missing, state, title}: StepStatus, index: number): string[] {
  const colours = coloursFor(process.stdout)
  const mark = state === 'done' ? colours.green('✓') : colours.yellow('○')
  const when = last ? colours.dim(` (${last.event} ${last.at}, ${last.user})`) : ''
  return [`${mark} ${index + 1}. ${title}${when}`, ...missing.slice(0, 3).map((text) => `     ${text}`)]
}
