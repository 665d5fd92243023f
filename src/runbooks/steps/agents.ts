import {configurationDigest} from '../../config/configuration-digest.js'
import type {Agent, Datacenter} from '../../federation/model.js'
import type {HostChange} from '../../hosts/change.js'
import type {RunbookContext} from '../context.js'
import type {Gate, Step} from '../step.js'

/** Starts a datacenter's servers, those that do not run yet. */
export function startServersStep(datacenter: Datacenter, done: readonly Gate[], why: string): Step {
  return {
    changes: (context) => agentChanges(context, datacenter.servers),
    done,
    id: 'start-servers',
    title: `Start the servers of ${datacenter.name}`,
    why,
    withinMs: 180_000,
  }
}

/** What brings these agents to run with their present configuration. A restart is one agent's change, never hidden in a start. */
export async function agentChanges(context: RunbookContext, agents: readonly Agent[]): Promise<HostChange[]> {
  const changes = await Promise.all(agents.map((agent) => changesFor(context, agent)))
  return changes.flat()
}

async function changesFor({federation, hosts, renderSecrets}: RunbookContext, agent: Agent): Promise<HostChange[]> {
  const state = await hosts[agent.host].stateOf(agent.id)
  const on = {host: agent.host, node: agent.id}
  if (state.status === 'running') {
    if (state.digest === (await configurationDigest(federation, renderSecrets, agent))) return []
    return [{...on, kind: 'restart-agent', summary: `restart ${agent.id} with its new configuration`}]
  }
  const summary = `start the ${agent.kind} ${agent.id} at ${agent.address}`
  const start: HostChange = {...on, kind: 'start-agent', summary}
  if (agent.host === 'local') return [start]
  return [{...on, kind: 'install-files', summary: `install rendered/${agent.id}/ on ${agent.id}`}, start]
}
