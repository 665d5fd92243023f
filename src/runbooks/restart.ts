import {previousConfiguration} from '../config/previous-configuration.js'
import {FedctlError} from '../errors/fedctl-error.js'
import type {Datacenter} from '../federation/model.js'
import {agentsOf} from '../federation/selectors.js'
import type {RestartAgent} from '../hosts/change.js'
import {forShell} from '../system/for-shell.js'
import {statIfExists} from '../system/files.js'
import type {RunbookContext} from './context.js'
import {judgeGates, observeFor, openFindings, waitForGate} from './gate.js'
import {handOverLead} from './hand-over-lead.js'
import {joinAgain} from './join-again.js'
import type {Gate, OpenFinding} from './step.js'

const backWithinMs = 60_000
const electionMs = 15_000
const pauseMs = 250
/** Of what is missing while it waits. */
const sayEveryMs = 12_000
/** Consul needs up to five minutes to use a way again that was dead for a while. */
const linkWithinMs = 360_000

/**
 * Restarts an agent and waits until what worked before works again, so that no two servers are away at once: its API, a leader that every server
 * sees, the Raft peers and LAN members as autopilot judges them, the WAN pool, and answers from other datacenters.
 * @param onWait takes what is missing when a wait begins, and then every twelve seconds. @param ms since then.
 * @throws FedctlError `agent.died` or `runbook.step-failed` where it does not come back, with the command that puts its old configuration back.
 */
export async function restartAgent(
  change: RestartAgent,
  context: RunbookContext,
  onWait: OnWait = () => undefined,
): Promise<void> {
  const {hosts, ports} = context
  const wait = (title: string, done: readonly Gate[], withinMs: number) =>
    waitFor({done, title, withinMs}, context, onWait)
  const datacenter = context.federation.datacenters.find(({servers}) => servers.some(({id}) => id === change.node))
  if (!datacenter || change.host === 'manual') return hosts[change.host].apply(change, ports.signal)
  const title = `Restart ${change.node}`
  const others = context.federation.datacenters.filter(({name}) => name !== datacenter.name)
  const [own, link] = [gatesOf(datacenter), linkGates(datacenter, others)]
  const before = await observeFor([...own, ...link], context)
  const worked = (gate: Gate) => judgeGates([gate], context.federation, before).length === 0
  const {status} = await hosts[change.host].stateOf(change.node)
  // A server that is away or takes no part, and a datacenter without a leader, lose nothing by a restart.
  if (
    status === 'running' &&
    (worked(leaderOf(datacenter)) || (await findsLeader(datacenter, context))) &&
    (await takesPart(change.node, datacenter, context))
  ) {
    await wait(`${title} once the others are well`, own, backWithinMs)
    const server = datacenter.servers.find(({id}) => id === change.node)
    if (server && (await handOverLead(server, datacenter, context)))
      await wait(`${title} once another server leads`, own, backWithinMs)
  }
  try {
    await hosts[change.host].apply(change, ports.signal)
    context.lives.started(change.node)
    await wait(title, own, backWithinMs)
    await joinAgain(change.node, change.joinedBy ?? [], context)
    await wait(`${title}: its link to the other datacenters`, link.filter(worked), linkWithinMs)
  } catch (error) {
    throw await withWayBack(error, change.node, context)
  }
}

function leaderOf({name}: Datacenter): Gate {
  return {check: 'raft.leader', datacenters: [name]}
}

/** An election is over in seconds. A server that were restarted during one could be the second that is away. */
async function findsLeader(datacenter: Datacenter, context: RunbookContext): Promise<boolean> {
  const {clock, signal} = context.ports
  const deadline = clock.monotonicMs() + electionMs
  while (clock.monotonicMs() < deadline) {
    await clock.sleep(pauseMs, signal)
    if ((await openFindings([leaderOf(datacenter)], context)).length === 0) return true
  }
  return false
}

/** A server whose certificate the others refuse, for one, sees no leader, and what is well is well without it. */
async function takesPart(node: string, datacenter: Datacenter, context: RunbookContext): Promise<boolean> {
  const {clock, signal} = context.ports
  const deadline = clock.monotonicMs() + electionMs
  for (;;) {
    const leader = (await observeFor([leaderOf(datacenter)], context)).servers[node]?.leader
    if (leader?.ok && leader.value !== '') return true
    if (clock.monotonicMs() >= deadline) return false
    await clock.sleep(pauseMs, signal)
  }
}

function gatesOf(datacenter: Datacenter): Gate[] {
  const datacenters = [datacenter.name]
  return [
    {check: 'access.api', datacenters},
    {...leaderOf(datacenter), strict: true},
    ...(datacenter.servers.length > 2
      ? [{check: 'raft.tolerance', datacenters, ifAsked: true, strict: true} satisfies Gate]
      : []),
  ]
}

/** One by one for each other datacenter, since one of them may not be up. */
function linkGates({name}: Datacenter, others: readonly Datacenter[]): Gate[] {
  return [
    {check: 'wan.members', datacenters: [name]},
    ...others.flatMap((other): Gate[] =>
      ['wan.members', 'wan.rpc'].map((check) => ({check, datacenters: [name, other.name]})),
    ),
  ]
}

/** @param ms since the wait began. */
export type OnWait = (missing: readonly OpenFinding[], ms: number) => void

async function waitFor(
  step: Parameters<typeof waitForGate>[0],
  context: RunbookContext,
  onWait: OnWait,
): Promise<void> {
  if (step.done.length === 0) return
  await waitForGate(step, context, {onWait, sayEveryMs, whileWaiting: () => context.lives.look()})
}

/** The same failure, with the command that puts the old configuration back. */
async function withWayBack(error: unknown, node: string, {federation, fedctl}: RunbookContext): Promise<unknown> {
  const agent = federation.datacenters.flatMap(agentsOf).find(({id}) => id === node)
  if (!(error instanceof FedctlError) || error.code === 'cancelled' || !agent) return error
  const {previous} = previousConfiguration(federation, agent)
  if (!(await statIfExists(previous))) return error
  return new FedctlError(
    error.code,
    `${error.message}\nthe other servers go on running; its old configuration is in ${previous}`,
    {
      cause: error,
      suggestions: [
        `put the old configuration back and start it with that:`,
        fedctl(`bootstrap restore --node ${forShell(agent.id)}`),
        ...error.suggestions,
      ],
    },
  )
}
