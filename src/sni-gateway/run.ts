import type {Counters} from './counters.js'
import {followRoutes, type FollowOptions} from './follow-routes.js'
import {type SniGateway, startSniGateway} from './server.js'
import {plainRoutes, serveStatus} from './status-page.js'

export interface RunOptions extends FollowOptions {
  /** Milliseconds that open connections get when the gateway is stopped. */
  readonly drainMs?: number
  /** Its id, for the status. */
  readonly gateway: string
  readonly host: string
  /** As in `SniGatewayOptions`. */
  readonly passes?: (name: string) => boolean
  readonly port: number
  /** Where the status is served, if anywhere. */
  readonly status?: {readonly host: string; readonly port: number}
}

/**
 * Runs a gateway until `signal` is aborted and its connections have ended: it listens, follows the routes, and serves its status.
 * @returns What it has done. @throws FedctlError `port.in-use` or `gateway.failed` where it cannot listen.
 */
export async function runSniGateway(options: RunOptions): Promise<Counters> {
  const {clock, datacenter, drainMs, host, passes, port, report} = options
  const stop = new AbortController()
  const signal = AbortSignal.any([options.signal, stop.signal])
  const routes = followRoutes({...options, signal})
  const since = clock.now().toISOString()
  let gateway: SniGateway | undefined
  try {
    const started = await startSniGateway({
      host,
      port,
      report,
      routes: () => routes.current(),
      signal,
      ...(drainMs === undefined ? {} : {drainMs}),
      ...(passes === undefined ? {} : {passes}),
    })
    gateway = started
    const listening = `${host}:${started.port}`
    const status = () => ({
      counters: started.counters(),
      datacenter,
      gateway: options.gateway,
      listening,
      routes: plainRoutes(routes.current()),
      schemaVersion: 1 as const,
      since,
    })
    const page = options.status ? await serveStatus(options.status, status, signal) : undefined
    report({datacenter, host, kind: 'listening', port: started.port})
    await Promise.all([started.closed, page?.closed])
    const counters = started.counters()
    report({counters, kind: 'stopped'})
    return counters
  } finally {
    stop.abort()
    await Promise.all([routes.ended, gateway?.closed])
  }
}
