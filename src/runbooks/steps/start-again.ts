import {FedctlError} from '../../errors/fedctl-error.js'
import type {Datacenter} from '../../federation/model.js'
import type {Host, ProcessState} from '../../hosts/host.js'
import type {Step} from '../step.js'

/**
 * Starts servers of this machine again at which an earlier run has ended. Those that were never started here are refused: what listens on their ports is
 * not known. What else has ended is started again by the step that it belongs to.
 */
export function startAgainStep(datacenters: readonly Datacenter[]): Step {
  return {
    async changes({hosts}) {
      const states = await statesHere(datacenters, hosts.local)
      return states
        .filter(({status}) => status === 'dead')
        .map(({id}) => ({host: 'local', kind: 'restart-agent', node: id, summary: `start ${id} again`}))
    },
    done: [],
    id: 'start-again',
    title: 'Start servers that have ended',
    why: 'no server is restarted while another one of its datacenter is away',
    withinMs: 0,
  }
}

/**
 * Refuses servers of this machine that this workspace never started, before anything is asked or shown.
 * @throws FedctlError `runbook.step-failed` with the first of them.
 */
export async function refuseStrangers(datacenters: readonly Datacenter[], local: Host): Promise<void> {
  await statesHere(datacenters, local)
}

async function statesHere(
  datacenters: readonly Datacenter[],
  host: Host,
): Promise<{id: string; status: ProcessState['status']}[]> {
  const local = datacenters.flatMap(({servers}) => servers).filter((server) => server.host === 'local')
  const states = await Promise.all(local.map(async ({id}) => ({id, status: (await host.stateOf(id)).status})))
  const stranger = states.find(({status}) => status === 'never-started')
  if (stranger) throw notStartedHere(stranger.id)
  return states
}

function notStartedHere(id: string): FedctlError {
  return new FedctlError('runbook.step-failed', `${id} has host: local, and this workspace did not start it`, {
    suggestions: [
      `give it host: manual in the federation file; then you are shown what to install and when to restart it`,
      'where it is new and does not run yet, take it out of the federation file until the move is done',
    ],
  })
}
