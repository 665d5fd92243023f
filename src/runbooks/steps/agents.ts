import {configurationDigest, renderedDigest} from '../../config/configuration-digest.js'
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
 * One that runs with what nobody was ever given may be right as it is, so there the gate decides.
 */
async function changesByHand({federation, hosts, renderSecrets}: RunbookContext, agent: Agent): Promise<HostChange[]> {
  const {digest, handedOver, status} = await hosts.manual.stateOf(agent.id)
  const on = {host: agent.host, node: agent.id}
  const install: HostChange = {...on, kind: 'install-files', summary: `install the configuration of ${agent.id}`}
  if (status !== 'running') return [install, {...on, kind: 'start-agent', summary: startSummary(agent)}]
  const restart: HostChange = {...on, kind: 'restart-agent', summary: restartSummary(agent)}
  if (handedOver === undefined) return [install, restart]
  const configuration = await configurationDigest(federation, renderSecrets, agent)
  if (digest !== configuration) {
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
