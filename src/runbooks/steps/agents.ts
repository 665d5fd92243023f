import {configurationDigest, loadedDigest, renderedDigest} from '../../config/configuration-digest.js'
import type {Agent, Datacenter} from '../../federation/model.js'
import {isAt} from '../../federation/raft-address.js'
import type {HostChange} from '../../hosts/change.js'
import type {RunbookContext} from '../context.js'
import type {Gate, Step} from '../step.js'

/** Starts a datacenter's servers, those that do not run yet. */
export function startServersStep(datacenter: Datacenter, done: readonly Gate[], why: string): Step {
  return {
    changes: async (context) => neverGiven(await agentChanges(context, datacenter.servers)),
    done,
    id: 'start-servers',
    title: `Start the servers of ${datacenter.name}`,
    why,
    withinMs: 180_000,
  }
}

/**
 * A server that answers without ever having been given its configuration runs with another one. That it has a leader does not tell, and for the
 * certificate that it should present the one in the workspace may stand.
 */
function neverGiven(changes: readonly HostChange[]): HostChange[] {
  const restarts = changes.filter(({host, kind}) => host === 'manual' && kind === 'restart-agent')
  const nodes = new Set(restarts.map(({node}) => node))
  return changes.map((change) => (nodes.has(change.node) ? {...change, evenIfWell: true} : change))
}

/** What brings these agents to run with their present configuration, the leader last. A restart is one agent's change, never hidden in a start. */
export async function agentChanges(context: RunbookContext, agents: readonly Agent[]): Promise<HostChange[]> {
  const changes = await Promise.all(agents.map(async (agent) => ({agent, due: await changesFor(context, agent)})))
  const restarts = changes.filter(({due}) => due.some(({kind}) => kind === 'restart-agent'))
  if (restarts.length < 2) return changes.flatMap(({due}) => due)
  const order = await leaderLast(
    context,
    changes.map(({agent}) => agent),
  )
  return order.flatMap((agent) => changes.find((change) => change.agent === agent)?.due ?? [])
}

/** Agents that do not run first, since a restart beside them would be one too many; then the others, the leaders of their datacenters last. */
export async function leaderLast(
  {federation, hosts, observer}: RunbookContext,
  agents: readonly Agent[],
): Promise<Agent[]> {
  if (agents.length < 2) return [...agents]
  const names = new Set(agents.map(({datacenter}) => datacenter))
  const datacenters = federation.datacenters.map(({name}) => name).filter((name) => names.has(name))
  const {servers} = await observer.observe(['leader'], {datacenters})
  const leaders = Object.values(servers).flatMap(({leader}) => (leader?.ok ? [leader.value] : []))
  const ranked = await Promise.all(
    agents.map(async (agent) => {
      const isLeader = agent.kind === 'server' && leaders.some((leader) => isAt(leader, agent))
      const {status} = await hosts[agent.host].stateOf(agent.id)
      return {agent, rank: status === 'running' || status === 'unknown' ? (isLeader ? 2 : 1) : 0}
    }),
  )
  return ranked.sort((a, b) => a.rank - b.rank).map(({agent}) => agent)
}

async function changesFor(context: RunbookContext, agent: Agent): Promise<HostChange[]> {
  return agent.host === 'manual' ? changesByHand(context, agent) : localChanges(context, agent)
}

async function localChanges({federation, hosts, renderSecrets}: RunbookContext, agent: Agent): Promise<HostChange[]> {
  const {digest, status} = await hosts.local.stateOf(agent.id)
  const on = {host: agent.host, node: agent.id}
  if (status !== 'running') return [{...on, kind: 'start-agent', summary: startSummary(agent)}]
  if (digest === (await configurationDigest(federation, renderSecrets, agent))) return []
  return [{...on, kind: 'restart-agent', summary: restartSummary(agent)}]
}

/**
 * What a person is asked to do: to start an agent that does not run, and to install what differs from what was handed over last.
 * One that runs with what nobody was ever given may be right as it is, so there the gate decides, unless the step is to start it.
 */
async function changesByHand({federation, hosts, renderSecrets}: RunbookContext, agent: Agent): Promise<HostChange[]> {
  const {digest, handedOver, status} = await hosts.manual.stateOf(agent.id)
  const on = {host: agent.host, node: agent.id}
  const install: HostChange = {...on, kind: 'install-files', summary: `install the configuration of ${agent.id}`}
  if (status !== 'running') return [install, {...on, kind: 'start-agent', summary: startSummary(agent)}]
  const restart: HostChange = {...on, kind: 'restart-agent', summary: restartSummary(agent)}
  if (handedOver === undefined) return [install, restart]
  const configuration = await configurationDigest(federation, renderSecrets, agent)
  // Files that are yet to be written anew may have been installed as they are.
  if (digest !== configuration || (await loadedDigest(federation, agent)) !== configuration) {
    return [
      {...install, evenIfWell: true},
      {...restart, evenIfWell: true},
    ]
  }
  // With the initial management token in them, files differ from the configuration that is to last.
  const isSame = handedOver === configuration || handedOver === (await renderedDigest(federation, agent))
  return isSame ? [] : [{...install, evenIfWell: true}]
}

function restartSummary({id}: Agent): string {
  return `restart ${id} with its new configuration`
}

function startSummary({address, id, kind}: Agent): string {
  return `start the ${kind} ${id} at ${address}`
}
