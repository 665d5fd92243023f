import type {Agent, Gateway} from '../federation/model.js'
import {agentsOf} from '../federation/selectors.js'
import type {HostChange} from '../hosts/change.js'
import type {RunbookContext} from './context.js'
import type {Runbook} from './step.js'

/**
 * Starts on this machine what ran before and has ended, all of it at once: datacenters that wait for each other come back together.
 * @returns Undefined where nothing has ended.
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

async function revivals({federation, hosts}: RunbookContext): Promise<HostChange[]> {
  const nodes = federation.datacenters
    .flatMap((datacenter): (Agent | Gateway)[] => [...agentsOf(datacenter), ...datacenter.gateways])
    .filter(({host}) => host === 'local')
  const states = await Promise.all(
    nodes.map(async (node) => ({node, status: (await hosts.local.stateOf(node.id)).status})),
  )
  return states
    .filter(({status}) => status === 'dead')
    .map(({node}): HostChange => {
      const kind = 'kind' in node ? 'start-agent' : 'start-gateway'
      return {host: 'local', kind, node: node.id, summary: `start ${node.id} again at ${node.address}`}
    })
}
