import {createServer} from 'node:http'

import ipaddr from 'ipaddr.js'

import {FedctlError} from '../errors/fedctl-error.js'
import {type Endpoint, parseEndpoint} from '../federation/fields/endpoint.js'
import type {Counters} from './counters.js'
import {listen, portOf} from './listen.js'
import type {RouteTable, Target} from './routes.js'

/** What `GET /` on the status address answers. */
export interface GatewayStatus {
  readonly counters: Counters
  readonly datacenter: string
  readonly gateway: string
  readonly listening: string
  readonly routes: {
    readonly gateways: Readonly<Record<string, readonly Target[]>>
    readonly servers: Readonly<Record<string, Target>>
  }
  readonly schemaVersion: 1
  /** ISO 8601. */
  readonly since: string
}

/** The routes as plain data. */
export function plainRoutes(table: RouteTable): GatewayStatus['routes'] {
  return {gateways: Object.fromEntries(table.gateways), servers: Object.fromEntries(table.servers)}
}

/** Reads `host:port`. @throws FedctlError `usage` where it is not a port that this machine alone can reach. */
export function parseStatusAddress(text: string): Endpoint {
  const endpoint = parseEndpoint(text)
  if (endpoint && isLoopback(endpoint.host)) return endpoint
  throw new FedctlError('usage', `${JSON.stringify(text)} is not a loopback address with a port`, {
    suggestions: ['write it as 127.0.0.1:19000: whoever can connect can read the routes'],
  })
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || (ipaddr.isValid(host) && ipaddr.process(host).range() === 'loopback')
}

/**
 * Answers every `GET` with the status as JSON until `signal` is aborted.
 * @returns The port and a promise that resolves when it has closed. @throws FedctlError `port.in-use` or `gateway.failed`.
 */
export async function serveStatus(
  address: Endpoint,
  status: () => GatewayStatus,
  signal: AbortSignal,
): Promise<{closed: Promise<void>; port: number}> {
  const server = createServer((request, response) => {
    const body = `${JSON.stringify(status(), undefined, 2)}\n`
    response.writeHead(request.method === 'GET' ? 200 : 405, {'content-type': 'application/json'})
    response.end(request.method === 'GET' ? body : '')
  })
  await listen(server, address.host, address.port)
  const closed = new Promise<void>((resolve) => {
    const close = () => {
      server.close(() => resolve())
      server.closeAllConnections()
    }
    if (signal.aborted) close()
    else signal.addEventListener('abort', close, {once: true})
  })
  return {closed, port: portOf(server)}
}
