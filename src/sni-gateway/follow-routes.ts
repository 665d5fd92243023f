import type {ConsulClient} from '../consul/client.js'
import type {CheckServiceNode} from '../consul/types.js'
import type {Clock} from '../system/clock.js'
import type {GatewayEvent} from './events.js'
import {readGateways, readServers} from './read-routes.js'
import {emptyTable, type RouteTable} from './routes.js'
import {watch} from './watch.js'

export interface FollowOptions {
  /** The agent beside the gateway, with a token that may read nodes and services. */
  readonly client: ConsulClient
  readonly clock: Clock
  readonly datacenter: string
  readonly domain: string
  readonly report: (event: GatewayEvent) => void
  readonly signal: AbortSignal
}

export interface FollowedRoutes {
  readonly current: () => RouteTable
  /** Resolves once nothing is asked any more, after the signal. */
  readonly ended: Promise<void>
}

/**
 * Learns the routes of a gateway from Consul and keeps them current: its servers from the catalog, other datacenters' gateways from the federation states
 * that its own servers hold. What was learnt stays while Consul does not answer, or answers with nothing, as it does to a token that may not read.
 */
export function followRoutes({client, clock, datacenter, domain, report, signal}: FollowOptions): FollowedRoutes {
  let table = emptyTable(datacenter, domain)
  const learn = (part: Partial<RouteTable>) => {
    const next = {...table, ...part}
    const changed = fingerprint(next) !== fingerprint(table)
    table = next
    if (changed) report({kind: 'routes', table})
  }
  const watchOf = (what: string, path: string, onAnswer: (body: unknown) => boolean) =>
    watch(
      client,
      {
        onAnswer,
        onFailure: (error) =>
          report({kind: 'consul-failed', what, why: error instanceof Error ? error.message : String(error)}),
        path,
      },
      clock,
      signal,
    )
  const servers = watchOf('the servers', '/v1/health/service/consul', (body) => {
    const found = readServers(body as CheckServiceNode[])
    if (found.size > 0) learn({servers: found})
    else
      report({
        kind: 'consul-failed',
        what: 'the servers',
        why: 'the answer is empty, so the token may not read the service consul',
      })
    return found.size > 0
  })
  const gateways = watchOf('other gateways', '/v1/internal/federation-states/mesh-gateways', (body) => {
    const states = body as Record<string, CheckServiceNode[] | null>
    const isEmpty = Object.keys(states).length === 0
    if (!isEmpty) learn({gateways: readGateways(states, table.datacenter)})
    return !isEmpty
  })
  return {current: () => table, ended: Promise.all([servers, gateways]).then(() => undefined)}
}

function fingerprint({gateways, servers}: RouteTable): string {
  return JSON.stringify([[...gateways].sort(), [...servers].sort()])
}
