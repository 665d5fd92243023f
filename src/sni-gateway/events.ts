import type {Clock} from '../system/clock.js'
import type {Counters, Rejection} from './counters.js'
import type {RouteTable, Target} from './routes.js'

/** What a gateway tells while it runs. */
export type GatewayEvent =
  | {readonly kind: 'consul-failed'; readonly what: string; readonly why: string}
  | {readonly kind: 'draining'; readonly active: number; readonly withinMs: number}
  | {readonly kind: 'listening'; readonly datacenter: string; readonly host: string; readonly port: number}
  | {readonly kind: 'listener-failed'; readonly why: string}
  | {
      readonly kind: 'rejected'
      readonly from: string
      readonly name?: string
      readonly reason: Rejection
      readonly why?: string
    }
  | {readonly kind: 'routes'; readonly table: RouteTable}
  | {readonly kind: 'stopped'; readonly counters: Counters}

const quietForMs = 60_000

/**
 * Writes one line per event, with the time. Of events that others can cause as often as they like, one of each class in a minute is written,
 * with the number of those that were not.
 */
export function eventLog(write: (line: string) => void, clock: Clock): (event: GatewayEvent) => void {
  const classes = new Map<string, {at: number; unwritten: number}>()
  return (event) => {
    const stamp = clock.now().toISOString()
    const now = clock.monotonicMs()
    const repeats = classOf(event)
    if (repeats === undefined) {
      write(`${stamp} ${describe(event)}`)
      return
    }
    const last = classes.get(repeats)
    if (last && now - last.at < quietForMs) {
      last.unwritten += 1
      return
    }
    classes.set(repeats, {at: now, unwritten: 0})
    write(`${stamp} ${describe(event)}${last?.unwritten ? ` (and ${last.unwritten} more like it before)` : ''}`)
  }
}

function classOf(event: GatewayEvent): string | undefined {
  if (event.kind === 'rejected') return `rejected ${event.reason}`
  if (event.kind === 'consul-failed') return `consul-failed ${event.what}`
  return event.kind === 'listener-failed' ? event.kind : undefined
}

function describe(event: GatewayEvent): string {
  switch (event.kind) {
    case 'consul-failed':
      return `consul does not say where ${event.what} are: ${event.why}; the routes stay as they are`
    case 'draining':
      return `stopping: ${event.active} connections have ${event.withinMs} ms to end`
    case 'listener-failed':
      return `a connection could not be accepted: ${event.why}`
    case 'listening':
      return `listening on ${event.host}:${event.port} as a gateway of ${event.datacenter}`
    case 'rejected':
      return `closed a connection from ${event.from}: ${rejection(event)}`
    case 'routes':
      return `routes: ${describeRoutes(event.table)}`
    case 'stopped':
      return `stopped: ${JSON.stringify(event.counters)}`
  }
}

/** Texts that came from the network are quoted: they cannot forge lines. */
function rejection({name, reason, why}: Extract<GatewayEvent, {kind: 'rejected'}>): string {
  const asked = JSON.stringify(name ?? '')
  switch (reason) {
    case 'closed-early':
      return 'it ended without a word'
    case 'hello-timeout':
      return 'no whole ClientHello in time'
    case 'no-name':
      return 'its ClientHello has no server name'
    case 'no-route':
      return `no route for ${asked}`
    case 'not-tls':
      return 'it does not speak TLS'
    case 'too-long':
      return 'its ClientHello is too long'
    case 'unreachable':
      return `no target answers for ${asked} (${why ?? 'unknown'})`
  }
}

function describeRoutes(table: RouteTable): string {
  const servers = [...table.servers].map(([node, target]) => `${node} at ${describeTarget(target)}`)
  const others = [...table.gateways].map(([name, targets]) => `${name} via ${targets.map(describeTarget).join(', ')}`)
  return [...(servers.length === 0 ? ['no server yet'] : servers), ...others].join('; ')
}

function describeTarget({critical, host, port}: Target): string {
  return `${host}:${port}${critical ? ' (critical)' : ''}`
}
