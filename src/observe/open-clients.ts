import {isDeepStrictEqual} from 'node:util'

import {type Credentials, openClient} from '../consul/access.js'
import type {ConsulClient} from '../consul/client.js'
import type {Agent} from '../federation/model.js'

/** Clients that stay open between rounds, one for each agent. */
export interface OpenClients {
  close(): Promise<void>
  /**
   * A new client where token, certificate or address have changed since the last round.
   * @throws FedctlError `file.unreadable` where a certificate or token file cannot be read.
   */
  open(agent: Agent): Promise<ConsulClient>
  /** Every token that has been sent, for redaction. */
  tokens(): string[]
}

/** No client is open yet. */
export function openClients(credentials: Credentials): OpenClients {
  const kept = new Map<string, ConsulClient>()
  const tokens = new Set<string>()
  return {
    async close() {
      const open = [...kept.values()]
      kept.clear()
      await Promise.all(open.map((client) => client.close()))
    },
    async open(agent) {
      const fresh = await openClient(agent.api, credentials)
      if (fresh.access.token) tokens.add(fresh.access.token)
      const before = kept.get(agent.id)
      if (before && isDeepStrictEqual(before.access, fresh.access)) return before
      kept.set(agent.id, fresh)
      await before?.close()
      return fresh
    },
    tokens: () => [...tokens],
  }
}
