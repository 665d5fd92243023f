import {failureText, type Journal, type JournalFact} from '../federation/journal.js'
import type {HostChange} from '../hosts/change.js'
import {refuseFullDisk} from '../system/full-disk.js'
import {handOver, hasBegun, isBlind, isByHand, needsHands, notStarted, rememberProven} from './by-hand.js'
import {carryOut} from './carry-out.js'
import type {RunbookContext} from './context.js'
import type {RunbookListener} from './events.js'
import {openFindings, waitForGate, type WaitOptions} from './gate.js'
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
      tell({error: reason, step, type: 'step-failed'})
      // What failed may be the disk that the journal is on.
      await journal
        .append({event: 'step-failed', message: failureText(reason), step: step.id})
        .catch((unwritten: unknown) => context.ports.talk(failureText(unwritten)))
      throw reason
    }
  }
  await journal.append({event: 'run-done'})
  tell({runbook, type: 'run-done'})
}

interface Run {
  readonly context: RunbookContext
  readonly journal: Journal
  readonly tell: RunbookListener
}

async function runStep(step: Step, run: Run): Promise<void> {
  const {context, journal, tell} = run
  const {clock} = context.ports
  const startedMs = clock.monotonicMs()
  await journal.append({event: 'step-started', step: step.id})
  tell({step, type: 'step-started'})
  const changes = await dueChanges(step, context)
  const byHand = changes.filter(isByHand)
  const own = changes.filter((change) => !isByHand(change))
  const afterHands = byHand.length > 0 ? own.filter((change) => needsHands(change, context.federation)) : []
  for (const change of own) if (!afterHands.includes(change)) await carryOutNoted(change, step, run)
  await askFor(byHand, step, run)
  const begun = byHand.length > 0 ? () => hasBegun(byHand, context) : undefined
  if (afterHands.length > 0)
    await waitForGate(step, context, waiting(step, run, begun), () => notStarted(byHand, context))
  for (const change of afterHands) await carryOutNoted(change, step, run)
  await waitForGate(step, context, waiting(step, run, begun))
  await rememberProven(byHand, context)
  await context.lives.look()
  await journal.append({event: 'step-done', step: step.id})
  tell({changes: changes.length, ms: Math.round(clock.monotonicMs() - startedMs), step, type: 'step-done'})
}

async function carryOutNoted(change: Change, step: Step, {context, journal, tell}: Run): Promise<void> {
  context.ports.signal.throwIfAborted()
  const fact = factOf(change, step)
  await journal.append({...fact, event: 'change-announced'})
  tell({change, step, type: 'change'})
  await carryOut(change, context, (missing, ms) => tell({byHand: false, missing, ms, step, type: 'waiting'}))
  if ('node' in change && change.kind !== 'install-files') context.lives.started(change.node)
  await journal.append({...fact, event: 'change-done'})
}

/** All that a person has to do in a step, at once. */
async function askFor(changes: readonly HostChange[], step: Step, {context, journal, tell}: Run): Promise<void> {
  for (const change of changes) {
    await journal.append({...factOf(change, step), event: 'change-announced'})
    tell({change, step, type: 'change'})
  }
  const tasks = await Promise.all(changes.map((change) => context.hosts.manual.task(change)))
  if (tasks.length > 0) tell({step, tasks, type: 'by-hand'})
  for (const change of changes) await journal.append({...factOf(change, step), event: 'change-shown'})
  await handOver(step, changes, context)
}

function waiting(step: Step, run: Run, begun: WaitOptions['begun']): WaitOptions {
  const {context, tell} = run
  return {
    begun,
    onWait: (missing, ms) => tell({byHand: begun !== undefined, missing, ms, step, type: 'waiting'}),
    async whileWaiting() {
      const {federation, lives} = context
      // Agents do not always end where they cannot write, and wait for ever for a leader.
      if (lives.any()) await refuseFullDisk(federation.workspace)
      await lives.look()
      for (const change of (await step.meanwhile?.(context)) ?? []) await carryOutNoted(change, step, run)
    },
  }
}

/** The changes of a step that are due. Nobody is asked to do by hand what is done already, as far as the gate can tell. */
export async function dueChanges(step: Step, context: RunbookContext): Promise<readonly Change[]> {
  const changes = await step.changes(context)
  if (step.done.length === 0 || !changes.some(isByHand)) return changes
  const open = await openFindings(step.done, context)
  return open.length === 0 ? changes.filter((change) => !isByHand(change) || isBlind(change)) : changes
}

function factOf(change: Change, step: Step): Pick<JournalFact, 'change' | 'host' | 'step'> {
  return {change: change.summary, step: step.id, ...('host' in change ? {host: change.node} : {})}
}
