import {catalogue} from '../checks/catalogue.js'
import {neededObservations, runChecks} from '../checks/engine.js'
import type {Check, Finding} from '../checks/check.js'
import {FedctlError} from '../errors/fedctl-error.js'
import type {Federation} from '../federation/model.js'
import type {Snapshot} from '../observe/snapshot.js'
import type {RunbookContext} from './context.js'
import type {Gate, Step} from './step.js'

/** What waiting needs to know of a step. */
type Gated = Pick<Step, 'advice' | 'done' | 'title' | 'withinMs'>

interface WaitOptions {
  /** Whether a person has to do something first; then there is no deadline on a terminal. */
  readonly byHand: boolean
  onWait(waitsFor: string): void
  /** Looks after other things that would make waiting pointless. */
  whileWaiting(): Promise<void>
}

const pollMs = 250

/** @returns What still keeps the gates shut: findings that do not pass, also those that could not be asked. */
export async function openFindings(gates: readonly Gate[], context: RunbookContext): Promise<string[]> {
  if (gates.length === 0) return []
  return judgeGates(gates, context.federation, await observeFor(gates, context))
}

/** One look at everything that these gates ask about, and at the primary, with which secondaries are compared. */
export async function observeFor(gates: readonly Gate[], {federation, observer}: RunbookContext): Promise<Snapshot> {
  const datacenters = [...new Set([federation.primary, ...gates.flatMap((gate) => gate.datacenters)])]
  const observations = gates.flatMap((gate) => gate.observes ?? [...neededObservations([checkOf(gate.check)])])
  return observer.observe(new Set(observations), {datacenters})
}

/** @returns As `openFindings`, from what was seen. */
export function judgeGates(gates: readonly Gate[], federation: Federation, snapshot: Snapshot): string[] {
  return gates.flatMap((gate) => {
    if (!applies(gate, federation)) return []
    const check = checkOf(gate.check)
    const report = runChecks([check], federation, snapshot, {datacenters: gate.datacenters})
    return report.checks.flatMap(({findings}) =>
      findings.filter((finding) => isOpen(finding, gate)).map((finding) => describe(check.id, finding)),
    )
  })
}

/** Whether the check of a gate makes sense for this federation. */
export function applies(gate: Gate, federation: Federation): boolean {
  const check = checkOf(gate.check)
  return check.applies === undefined || check.applies(federation) === true
}

function checkOf(id: string): Check {
  const check = catalogue.find((candidate) => candidate.id === id)
  if (!check) throw new FedctlError('bug', `no check ${id} in the catalogue`)
  return check
}

/**
 * Waits until every check of the step's gate passes.
 * @throws FedctlError `runbook.step-failed` after `step.withinMs`, with what was still missing.
 */
export async function waitForGate(step: Gated, context: RunbookContext, options: WaitOptions): Promise<void> {
  const {clock, signal} = context.ports
  const deadline = clock.now().getTime() + step.withinMs
  let said = ''
  for (;;) {
    signal.throwIfAborted()
    const open = await openFindings(step.done, context)
    if (open.length === 0) return
    await options.whileWaiting()
    const waitsFor = summaryOf(open)
    if (waitsFor !== said) options.onWait(waitsFor)
    said = waitsFor
    const patient = options.byHand && process.stdin.isTTY
    if (!patient && (options.byHand || clock.now().getTime() > deadline)) throw gateError(step, open, options.byHand)
    await clock.sleep(pollMs, signal)
  }
}

function isOpen({excused, status}: Finding, {strict}: Gate): boolean {
  return status === 'fail' || (status === 'warn' && strict === true) || (status === 'skip' && !excused)
}

function describe(check: string, {found, subject}: Finding): string {
  return `${check} ${subject}${found ? `: ${found}` : ''}`
}

function summaryOf(open: readonly string[]): string {
  return open.length === 1 ? (open[0] ?? '') : `${open[0]} (and ${open.length - 1} more)`
}

function gateError(step: Gated, open: readonly string[], byHand: boolean): FedctlError {
  const shown = open.slice(0, 8).map((text) => `    ${text}`)
  const more = open.length > shown.length ? [`    and ${open.length - shown.length} more`] : []
  const problem = byHand
    ? `"${step.title}" waits for what is to be done by hand:`
    : `"${step.title}" did not reach its goal within ${Math.round(step.withinMs / 1000)} s:`
  return new FedctlError('runbook.step-failed', [problem, ...shown, ...more].join('\n'), {
    suggestions: byHand
      ? ['do what is printed above, then run the same command again']
      : [
          ...(step.advice ? [step.advice] : []),
          'fedctl verify says more',
          'run the same command again: it goes on where it stopped',
        ],
  })
}
