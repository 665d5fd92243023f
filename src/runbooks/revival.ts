import {configurationState} from '../config/configuration-state.js'
import type {Agent, Gateway} from '../federation/model.js'
import {agentsOf} from '../federation/selectors.js'
import type {HostChange} from '../hosts/change.js'
import type {RunbookContext} from './context.js'
import type {Runbook} from './step.js'

/**
 * Starts on this machine what ran before and has ended, all of it at once: datacenters that wait for each other come back together. An agent whose
 * configuration is not as it would be written now is left to the runbook of its datacenter, which writes it first: with the old one it may not start.
 * @returns Undefined where there is nothing to start.
 */
export async function revivalRunbook(context: RunbookContext): Promise<Runbook | undefined> {
  const changes = await revivals(context)
  if (changes.length === 0) return undefined
  return {
    id: 'revive',
    steps: [
      {
        changes: () => Promise.resolve(changes),
        done: [],
        id: 'start-again',
        title: 'Start what has ended',
        why: 'datacenters wait for each other, so their processes come back together',
        withinMs: 0,
      },
    ],
    title: 'Start again what ran before',
  }
}

async function revivals(context: RunbookContext): Promise<HostChange[]> {
  const nodes = context.federation.datacenters
    .flatMap((datacenter): (Agent | Gateway)[] => [...agentsOf(datacenter), ...datacenter.gateways])
    .filter(({host}) => host === 'local')
  const due = await Promise.all(nodes.map((node) => isDue(node, context)))
  return nodes
    .filter((_, index) => due[index])
    .map((node): HostChange => {
      const kind = isAgent(node) ? 'start-agent' : 'start-gateway'
      return {host: 'local', kind, node: node.id, summary: `start ${node.id} again at ${node.address}`}
    })
}

async function isDue(node: Agent | Gateway, {federation, hosts, renderSecrets}: RunbookContext): Promise<boolean> {
  const {status} = await hosts.local.stateOf(node.id)
  if (status !== 'dead' || !isAgent(node)) return status === 'dead'
  const {differing, missing} = await configurationState(federation, node, renderSecrets)
  return differing.length === 0 && missing.length === 0
}

function isAgent(node: Agent | Gateway): node is Agent {
  return 'kind' in node
}
