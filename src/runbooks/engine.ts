import {FedctlError} from '../errors/fedctl-error.js'
import {carryOut} from './carry-out.js'
import type {RunbookContext} from './context.js'
import type {RunbookListener} from './events.js'
import {openFindings, waitForGate} from './gate.js'
import type {Journal} from './journal.js'
import type {Change, Runbook, Step} from './step.js'

/**
 * Works through a runbook: for each step the changes that are still due, then its gate.
 * Running it again does what is left and asks the gates of finished steps again.
 * @throws FedctlError `runbook.step-failed` where a gate does not pass in time, or what a change threw.
 */
export async function runRunbook(
  runbook: Runbook,
  context: RunbookContext,
  journal: Journal,
  tell: RunbookListener,
): Promise<void> {
  await journal.append({event: 'run-started'})
  tell({runbook, type: 'run-started'})
  for (const step of runbook.steps) {
    try {
      await runStep(step, {context, journal, tell})
    } catch (error) {
      const {signal} = context.ports
      const reason: unknown = signal.aborted ? signal.reason : error
      await journal.append({event: 'step-failed', message: messageOf(reason), step: step.id})
      tell({error: reason, step, type: 'step-failed'})
      throw reason
    }
  }
  tell({runbook, type: 'run-done'})
}

interface Run {
  readonly context: RunbookContext
  readonly journal: Journal
  readonly tell: RunbookListener
}

async function runStep(step: Step, {context, journal, tell}: Run): Promise<void> {
  const {lives, ports} = context
  const {clock, signal} = ports
  const startedAt = clock.now().getTime()
  await journal.append({event: 'step-started', step: step.id})
  tell({step, type: 'step-started'})
  const changes = await dueChanges(step, context)
  for (const change of changes) {
    signal.throwIfAborted()
    const fact = {change: change.summary, step: step.id, ...hostOf(change)}
    await journal.append({...fact, event: 'change-announced'})
    tell({change, step, type: 'change'})
    await carryOut(change, context)
    if ('node' in change && change.kind !== 'install-files') lives.started(change.node)
    await journal.append({...fact, event: isByHand(change) ? 'change-shown' : 'change-done'})
  }
  await waitForGate(step, context, {
    byHand: changes.some(isByHand),
    onWait: (waitsFor) => tell({step, type: 'waiting', waitsFor}),
    whileWaiting: () => lives.look(),
  })
  await lives.look()
  await journal.append({event: 'step-done', step: step.id})
  tell({changes: changes.length, ms: clock.now().getTime() - startedAt, step, type: 'step-done'})
}

/** The changes of a step that are due. Nobody is asked to do by hand what is done already, as far as the gate can tell. */
export async function dueChanges(step: Step, context: RunbookContext): Promise<readonly Change[]> {
  const changes = await step.changes(context)
  if (step.done.length === 0 || !changes.some(isByHand)) return changes
  const open = await openFindings(step.done, context)
  return open.length === 0 ? changes.filter((change) => !isByHand(change) || isBlind(change)) : changes
}

function isByHand(change: Change): boolean {
  return 'host' in change && change.host === 'manual'
}

/** Whether no check can see the change. */
function isBlind(change: Change): boolean {
  return 'evenIfWell' in change && change.evenIfWell === true
}

function hostOf(change: Change): {host?: string} {
  return 'host' in change ? {host: change.node} : {}
}

function messageOf(error: unknown): string {
  return error instanceof FedctlError
    ? `${error.code}: ${error.message}`
    : error instanceof Error
      ? error.message
      : String(error)
}
