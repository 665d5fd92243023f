import {FedctlError} from '../errors/fedctl-error.js'
import type {Federation} from '../federation/model.js'
import {agentsOf} from '../federation/selectors.js'
import type {HostChange} from '../hosts/change.js'
import type {RunbookContext} from './context.js'
import type {Change, OpenFinding, Step} from './step.js'

/** Whether a person has to carry the change out. */
export function isByHand(change: Change): change is HostChange {
  return 'host' in change && change.host === 'manual'
}

/** Whether no check can see the change. */
export function isBlind(change: Change): boolean {
  return 'evenIfWell' in change && change.evenIfWell === true
}

/** Whether fedctl carries the change out, but at an agent that a person may have to start first. */
export function needsHands(change: Change, federation: Federation): boolean {
  if (change.kind !== 'register-gateway') return false
  return federation.datacenters.flatMap(agentsOf).some(({host, id}) => host === 'manual' && id === change.agent)
}

/**
 * Leaves changes to a person, who has been shown them. What no check can see is asked for, and taken for done without a terminal: the next
 * run goes on.
 * @throws FedctlError `runbook.step-failed` without a terminal, where no check can see something of it.
 */
export async function handOver(
  step: Step,
  changes: readonly HostChange[],
  {hosts, person, ports}: RunbookContext,
): Promise<void> {
  const isUnseen = changes.some(isBlind)
  if (isUnseen) await person?.confirm(step, ports.signal)
  const shown = changes.filter((change) => !isOpenRestart(change, changes))
  for (const change of shown) await hosts.manual.apply(change, ports.signal)
  if (!isUnseen || person) return
  throw new FedctlError('runbook.step-failed', `"${step.title}" has instructions that no check can see followed`, {
    suggestions: ['do what is printed above, then run the same command again: it takes it for done'],
  })
}

/** Remembers what the gate has proven: restarts that nothing else tells about. */
export async function rememberProven(changes: readonly HostChange[], {hosts, ports}: RunbookContext): Promise<void> {
  const proven = changes.filter((change) => isOpenRestart(change, changes))
  for (const change of proven) await hosts.manual.apply(change, ports.signal)
}

/** Part of a restart that only the gate can tell: the agent answers before and after. */
function isOpenRestart({node}: HostChange, changes: readonly HostChange[]): boolean {
  return changes.some((change) => change.node === node && change.kind === 'restart-agent' && !isBlind(change))
}

/** Whether a person has begun what can be seen to begin: from then on Consul's own time limits count. */
export async function hasBegun(changes: readonly HostChange[], context: RunbookContext): Promise<boolean> {
  if (changes.some((change) => isOpenRestart(change, changes))) return false
  return (await notStarted(changes, context)).length === 0
}

/** @returns What a person was asked to start and that does not answer yet. */
export async function notStarted(changes: readonly HostChange[], {hosts}: RunbookContext): Promise<OpenFinding[]> {
  const nodes = changes.filter(({kind}) => kind !== 'install-files').map(({node}) => node)
  const states = await Promise.all(
    nodes.map(async (node) => ({node, status: (await hosts.manual.stateOf(node)).status})),
  )
  return states
    .filter(({status}) => status !== 'running')
    .map(({node}) => ({check: 'access.api', expected: 'an answer', found: 'it does not answer', subject: node}))
}
