import {FedctlError} from '../errors/fedctl-error.js'
import {agentsOf} from '../federation/selectors.js'
import {localProcess} from '../hosts/local-process.js'
import type {RunbookContext} from './context.js'

/**
 * Looks after the processes on this machine while something waits for them.
 * @throws FedctlError `agent.died` with the last lines of the log of one that was started and is gone.
 */
export async function requireLiving({federation, hosts}: Pick<RunbookContext, 'federation' | 'hosts'>): Promise<void> {
  const nodes = federation.datacenters.flatMap((datacenter) => [...agentsOf(datacenter), ...datacenter.gateways])
  for (const node of nodes.filter(({host}) => host === 'local')) {
    const state = await hosts.local.stateOf(node.id)
    if (state.status !== 'dead') continue
    const log = localProcess(federation, node.id).logFile
    throw new FedctlError(
      'agent.died',
      [`${node.id} has ended; the end of its log:`, ...(state.tail ?? []).map((line) => `    ${line}`)].join('\n'),
      {
        suggestions: [`read the whole log: ${log}`, 'mend the cause, then run the same command again'],
      },
    )
  }
}
