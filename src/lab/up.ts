import type {RunbookContext} from '../runbooks/context.js'
import {runbooksOf} from '../runbooks/runbooks.js'
import type {Runbook} from '../runbooks/step.js'
import {labStatus} from './status.js'

/**
 * Brings a lab up with the ordinary runbooks: the primary, then each secondary.
 * @param show runs a runbook and shows its progress.
 * @returns Whether all of it was running before.
 */
export async function bringUp(
  context: RunbookContext,
  show: (runbook: Runbook) => Promise<void>,
): Promise<{wasUp: boolean}> {
  const {state} = await labStatus(context.federation)
  for (const runbook of runbooksOf(context.federation)) await show(runbook)
  return {wasUp: state === 'up'}
}
