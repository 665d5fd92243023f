import {FedctlError} from '../errors/fedctl-error.js'
import type {Agent, Gateway} from '../federation/model.js'
import {agentsOf} from '../federation/selectors.js'
import {localProcess} from '../hosts/local-process.js'
import type {RunbookContext} from './context.js'
import type {Change} from './step.js'

/** Notices when a process on this machine ends that this run started or saw running. */
export interface LifeWatch {
  /** @throws FedctlError `agent.died` with the last lines of the log of one that is gone. */
  look(): Promise<void>
  started(change: Change): void
}

/** What died before the run began is no failure of it: its step starts it again. */
export function watchLives({federation, hosts}: Pick<RunbookContext, 'federation' | 'hosts'>): LifeWatch {
  const alive = new Set<string>()
  const nodes = federation.datacenters
    .flatMap((datacenter): (Agent | Gateway)[] => [...agentsOf(datacenter), ...datacenter.gateways])
    .filter(({host}) => host === 'local')
  return {
    async look() {
      for (const {id} of nodes) {
        const {status, tail = []} = await hosts.local.stateOf(id)
        if (status === 'running') alive.add(id)
        else if (alive.has(id)) throw died(id, localProcess(federation, id).logFile, tail)
      }
    },
    started(change) {
      if (change.kind === 'restart-agent' || change.kind === 'start-agent' || change.kind === 'start-gateway') {
        if (change.host === 'local') alive.add(change.node)
      }
    },
  }
}

function died(id: string, log: string, tail: readonly string[]): FedctlError {
  const lines = [`${id} has ended; the end of its log:`, ...tail.map((line) => `    ${line}`)]
  return new FedctlError('agent.died', lines.join('\n'), {
    suggestions: [`read the whole log: ${log}`, 'mend the cause, then run the same command again'],
  })
}
