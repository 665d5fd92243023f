import {catalogue} from '../checks/catalogue.js'
import {neededObservations, runChecks} from '../checks/engine.js'
import type {Check, Finding} from '../checks/check.js'
import {FedctlError} from '../errors/fedctl-error.js'
import type {Federation} from '../federation/model.js'
import type {Snapshot} from '../observe/snapshot.js'
import type {RunbookContext} from './context.js'
import type {Gate, OpenFinding, Step} from './step.js'

/** What waiting needs to know of a step. */
type Gated = Pick<Step, 'advice' | 'done' | 'title' | 'withinMs'>

export interface WaitOptions {
  /** Where a person has to do something first: whether that has begun. The time of the step runs from then on. */
  readonly begun?: (() => Promise<boolean>) | undefined
  /** Takes what is missing at first, and then each change of that. @param ms since waiting began. */
  onWait(missing: readonly OpenFinding[], ms: number): void
  /** Milliseconds after which `onWait` is called again, and not before, whether that has changed or not. */
  readonly sayEveryMs?: number
  /** Looks after other things that would make waiting pointless. */
  whileWaiting(): Promise<void>
}

const pollMs = 250
/** It may have ended already: agents tell the servers of a change of status soon, not at once. Whoever works there may be about to end it. */
const lastingMs = 30_000

/** @returns What still keeps the gates shut: findings that do not pass, also those that could not be asked. */
export async function openFindings(gates: readonly Gate[], context: RunbookContext): Promise<OpenFinding[]> {
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
export function judgeGates(gates: readonly Gate[], federation: Federation, snapshot: Snapshot): OpenFinding[] {
  return gates.flatMap((gate) => {
    if (!applies(gate, federation)) return []
    const check = checkOf(gate.check)
    const report = runChecks([check], federation, snapshot, {datacenters: gate.datacenters})
    return report.checks.flatMap(({findings}) =>
      findings.filter((finding) => isOpen(finding, gate)).map((finding) => ({check: check.id, ...shownOf(finding)})),
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
 * @param look finds out what keeps it shut, where that is not the step's gate.
 * @throws FedctlError `runbook.step-failed` after `step.withinMs`, at once where a person is needed and nobody is there, and after 30 s of something that
 * waiting does not mend, with what was still missing.
 */
export async function waitForGate(
  step: Gated,
  context: RunbookContext,
  options: WaitOptions,
  look = () => openFindings(step.done, context),
): Promise<void> {
  const {clock, signal} = context.ports
  const {begun, sayEveryMs} = options
  const beganMs = clock.monotonicMs()
  let since = begun ? undefined : beganMs
  let said = ''
  let lastingSince: number | undefined
  let saidMs = -Infinity
  for (;;) {
    signal.throwIfAborted()
    const open = await look()
    if (open.length === 0) return
    await options.whileWaiting()
    const nowMs = clock.monotonicMs()
    const isDue = sayEveryMs === undefined ? JSON.stringify(open) !== said : nowMs >= saidMs + sayEveryMs
    if (isDue) {
      options.onWait(open, nowMs - beganMs)
      said = JSON.stringify(open)
      saidMs = nowMs
    }
    if (begun && !context.person) throw gateError(step, open, context.fedctl, true)
    if (begun) since = (await begun()) ? (since ?? clock.monotonicMs()) : undefined
    const lasting = since === undefined ? [] : open.filter(({fix}) => fix !== undefined)
    lastingSince = lasting.length > 0 ? (lastingSince ?? clock.monotonicMs()) : undefined
    if (lastingSince !== undefined && clock.monotonicMs() >= lastingSince + lastingMs)
      throw lastingError(step, lasting, context.fedctl)
    if (since !== undefined && clock.monotonicMs() > since + step.withinMs)
      throw gateError(step, open, context.fedctl, false)
    await clock.sleep(pollMs, signal)
  }
}

function isOpen({excused, status}: Finding, {ifAsked, strict}: Gate): boolean {
  return status === 'fail' || (status === 'warn' && strict === true) || (status === 'skip' && !excused && !ifAsked)
}

function shownOf({expected, fix, found, lasting, subject}: Finding): Omit<OpenFinding, 'check'> {
  return {
    ...(expected === undefined ? {} : {expected}),
    ...(lasting ? {fix: fix ?? []} : {}),
    ...(found === undefined ? {} : {found}),
    subject,
  }
}

/** A finding in one line. */
export function findingText({check, found, subject}: OpenFinding): string {
  return `${check} ${subject}${found ? `: ${found}` : ''}`
}

/** The first of the findings, and how many more there are. */
export function summaryOf([first, ...others]: readonly OpenFinding[]): string {
  if (!first) return ''
  return others.length === 0 ? findingText(first) : `${findingText(first)} (and ${others.length} more)`
}

function lastingError(step: Gated, lasting: readonly OpenFinding[], fedctl: RunbookContext['fedctl']): FedctlError {
  const shown = lasting.map((finding) => `    ${findingText(finding)}`)
  const problem = `"${step.title}" does not reach its goal by waiting:`
  return new FedctlError('runbook.step-failed', [problem, ...shown].join('\n'), {
    suggestions: [
      ...fixesOf(lasting, fedctl),
      `${fedctl('verify')} says more`,
      'run the same command again: it goes on where it stopped',
    ],
  })
}

/** What ends findings that waiting does not. */
function fixesOf(open: readonly OpenFinding[], fedctl: RunbookContext['fedctl']): string[] {
  const fixes = new Set(open.flatMap(({fix = []}) => fix))
  return [...fixes].map((line) => line.replace(/^fedctl (.+)$/, (_, command: string) => fedctl(command)))
}

function gateError(
  step: Gated,
  open: readonly OpenFinding[],
  fedctl: RunbookContext['fedctl'],
  byHand: boolean,
): FedctlError {
  const shown = open.slice(0, 8).map((finding) => `    ${findingText(finding)}`)
  const more = open.length > shown.length ? [`    and ${open.length - shown.length} more`] : []
  const problem = byHand
    ? `"${step.title}" waits for what is to be done by hand:`
    : `"${step.title}" did not reach its goal within ${Math.round(step.withinMs / 1000)} s:`
  return new FedctlError('runbook.step-failed', [problem, ...shown, ...more].join('\n'), {
    suggestions: byHand
      ? ['do what is printed above, then run the same command again']
      : [
          ...fixesOf(open, fedctl),
          ...(step.advice ? [step.advice(fedctl)] : []),
          `${fedctl('verify')} says more`,
          'run the same command again: it goes on where it stopped',
        ],
  })
}
