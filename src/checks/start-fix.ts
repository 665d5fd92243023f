import {installationOf} from '../federation/installation.js'
import type {Agent, Federation} from '../federation/model.js'
import {datacenterOf} from '../federation/selectors.js'
import {localProcess} from '../hosts/local-process.js'
import type {Snapshot} from '../observe/snapshot.js'
import {startAgainCommand} from './fedctl-command.js'

/** What to do about a server that does not answer. A runbook starts what has ended, and not what runs and hangs. */
export function startFix(server: Agent, model: Federation, snapshot: Snapshot): string[] {
  const {api, datacenter, host, id} = server
  if (host !== 'local') {
    const {service} = installationOf(server)
    return [`see on the node of ${id} whether consul runs (systemctl status ${service}) and listens at ${api.url}`]
  }
  const answer = snapshot.servers[id]?.leader
  const mayHang = answer?.ok === false && answer.failure.kind === 'timeout'
  return [
    ...(mayHang ? [endHung(id, model)] : []),
    `start what has ended again: ${startAgainCommand(datacenterOf(model, datacenter))}`,
  ]
}

/** What to do about an agent or a gateway of this machine that takes connections and answers nothing, before it can be started again. */
export function endHung(id: string, model: Federation): string {
  return `end ${id} if it runs and answers nothing: its pid comes first in ${localProcess(model, id).pidFile}`
}
