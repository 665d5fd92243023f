import {tokenWithSecret} from '../acl/access-check.js'
import {onFirstReachable} from '../acl/servers.js'
import type {Datacenter} from '../federation/model.js'
import {FedctlError} from '../errors/fedctl-error.js'
import {aclServersOf} from './acl-servers.js'
import type {RunbookContext} from './context.js'
import {type LinkWatch, watchLink} from './link-watch.js'

export interface OwnWatch {
  /** @returns Lines about the questions that were lost. */
  stop(): Promise<string[]>
}

const pauseMs = 500

/**
 * Asks a datacenter for its own catalog four times a second, from the moment that it knows fedctl's token. There is no link to other datacenters yet that
 * could lose anything.
 */
export function watchOwnAnswers(datacenter: Datacenter, context: RunbookContext): OwnWatch {
  const ended = new AbortController()
  const signal = AbortSignal.any([context.ports.signal, ended.signal])
  const beginning = begin(datacenter, context, signal)
  // Looked at when the watch is stopped; until then it must not end the run.
  beginning.catch(() => undefined)
  return {
    async stop() {
      ended.abort()
      const watch = await beginning
      const [report] = watch ? await watch.stop() : []
      if (!report) return []
      const {asked, lost, lostForMs, reason} = report
      const span = lost > 1 ? ` within ${(lostForMs / 1000).toFixed(1)} s` : ''
      const lonely = lost > 0 && datacenter.servers.length === 1
      return [
        `${datacenter.name}: ${lost} of ${asked} questions to its own servers lost${span}; there was no link to other datacenters yet that could lose any`,
        ...(reason === undefined ? [] : [`  the last: ${reason}`]),
        ...(lonely ? ['a datacenter with one server cannot answer while that server restarts'] : []),
      ]
    },
  }
}

async function begin(
  datacenter: Datacenter,
  context: RunbookContext,
  signal: AbortSignal,
): Promise<LinkWatch | undefined> {
  const {clock} = context.ports
  while (!signal.aborted) {
    if (await isKnown(datacenter, context, signal)) return watchLink([[datacenter, datacenter]], context)
    await clock.sleep(pauseMs, signal).catch(() => undefined)
  }
  return undefined
}

async function isKnown(datacenter: Datacenter, context: RunbookContext, signal: AbortSignal): Promise<boolean> {
  if (!context.federation.acl.enabled) return true
  try {
    const servers = await aclServersOf(datacenter, context)
    const secret = servers[0]?.client.access.token
    if (secret === undefined) return false
    return await onFirstReachable(
      servers,
      async (client) => (await tokenWithSecret(client, secret, {signal})) !== undefined,
      signal,
    )
  } catch (error) {
    if (error instanceof FedctlError || signal.aborted) return false
    throw error
  }
}
