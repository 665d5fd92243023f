import {openClient} from '../consul/access.js'
import type {ConsulClient} from '../consul/client.js'
import type {Federation} from '../federation/model.js'
import type {Secrets} from '../federation/secrets.js'
import {type LocalPrograms, localHost} from '../hosts/local-host.js'
import {manualHost} from '../hosts/manual-host.js'
import {openObserver} from '../observe/observer.js'
import type {Ports} from '../system/ports.js'
import type {RunbookContext} from './context.js'

export interface OpenRunbookContext extends RunbookContext {
  /** Closes every connection that was opened. */
  close(): Promise<void>
}

/**
 * What the steps of a runbook work with, over a federation and its workspace.
 * @param programs called when a process is to be started on this machine, and not before.
 */
export function openRunbookContext(
  federation: Federation,
  secrets: Secrets,
  programs: () => Promise<LocalPrograms>,
  ports: Ports,
): OpenRunbookContext {
  const clients = new Map<string, Promise<ConsulClient>>()
  const observer = openObserver(federation, {env: ports.env, roles: ['verifier', 'management'], secrets}, ports)
  return {
    client(agent) {
      const open = clients.get(agent.id) ?? openClient(agent.api, {env: ports.env, roles: ['management'], secrets})
      clients.set(agent.id, open)
      return open
    },
    async close() {
      await observer.close()
      for (const client of clients.values()) await (await client).close()
    },
    federation,
    hosts: {local: localHost(federation, secrets, programs, ports), manual: manualHost(federation, ports)},
    isDryRun: false,
    observer,
    ports,
    renderSecrets: secrets,
    secrets,
  }
}
