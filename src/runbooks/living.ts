import {FedctlError} from '../errors/fedctl-error.js'
import type {Agent, Federation, Gateway} from '../federation/model.js'
import {agentsOf} from '../federation/selectors.js'
import type {Host} from '../hosts/host.js'
import {localProcess} from '../hosts/local-process.js'

/** Notices when a process on this machine ends that this run started or saw running. */
export interface LifeWatch {
  /** Whether something on this machine has been seen running. */
  any(): boolean
  /** @throws FedctlError `agent.died` with the last lines of the log of one that is gone. */
  look(): Promise<void>
  /** @param node id of an agent or gateway. */
  started(node: string): void
}

/** What died before the run began is no failure of it: its step starts it again. */
export function watchLives(federation: Federation, local: Host): LifeWatch {
  const alive = new Set<string>()
  const nodes = federation.datacenters
    .flatMap((datacenter): (Agent | Gateway)[] => [...agentsOf(datacenter), ...datacenter.gateways])
    .filter(({host}) => host === 'local')
  return {
    any: () => alive.size > 0,
    async look() {
      for (const {id} of nodes) {
        const {status, tail = []} = await local.stateOf(id)
        if (status === 'running') alive.add(id)
        else if (alive.has(id)) throw died(id, localProcess(federation, id).logFile, tail)
      }
    },
    started(node) {
      if (nodes.some(({id}) => id === node)) alive.add(node)
    },
  }
}

function died(id: string, log: string, tail: readonly string[]): FedctlError {
  const lines = [`${id} has ended; the end of its log:`, ...tail.map((line) => `    ${line}`)]
  return new FedctlError('agent.died', lines.join('\n'), {
    suggestions: [`read the whole log: ${log}`, 'mend the cause, then run the same command again'],
  })
}
