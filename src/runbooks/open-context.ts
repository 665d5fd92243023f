import {openClient} from '../consul/access.js'
import type {ConsulClient} from '../consul/client.js'
import type {Agent, Federation} from '../federation/model.js'
import type {Secrets} from '../federation/secrets.js'
import {type LocalPrograms, localHost} from '../hosts/local-host.js'
import {manualHost} from '../hosts/manual-host.js'
import {openObserver} from '../observe/observer.js'
import type {Ports} from '../system/ports.js'
import type {Person, RunbookContext} from './context.js'
import {watchLives} from './living.js'

export interface OpenRunbookContext extends RunbookContext {
  /** Closes every connection that was opened. */
  close(): Promise<void>
}

export interface RunbookWorld {
  readonly federation: Federation
  /** @returns A command line of fedctl that works where this one was started. */
  readonly fedctl: (command: string) => string
  readonly person?: Person | undefined
  readonly ports: Ports
  /** Called when a process is to be started on this machine, and not before. */
  readonly programs: () => Promise<LocalPrograms>
  readonly secrets: Secrets
}

/** What the steps of a runbook work with, over a federation and its workspace. */
export function openRunbookContext(world: RunbookWorld): OpenRunbookContext {
  const {federation, fedctl, person, ports, programs, secrets} = world
  const clients = new Map<string, ConsulClient>()
  const observer = openObserver(federation, {env: ports.env, roles: ['verifier', 'management'], secrets}, ports)
  const hosts = {
    local: localHost(federation, programs, ports),
    manual: manualHost({federation, fedctl, ports, secrets}),
  }
  return {
    async client(agent: Agent) {
      const client =
        clients.get(agent.id) ?? (await openClient(agent.api, {env: ports.env, roles: ['management'], secrets}))
      clients.set(agent.id, client)
      return client
    },
    async close() {
      await Promise.all([observer.close(), ...[...clients.values()].map((client) => client.close())])
    },
    federation,
    fedctl,
    hosts,
    isDryRun: false,
    lives: watchLives(federation, hosts.local),
    observer,
    person,
    ports,
    renderSecrets: secrets,
    secrets,
  }
}
