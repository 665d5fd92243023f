/**
 * Why a connection was not passed on. `closed-early`: its client left before it could be passed on, as Consul's TCP check does.
 * `unreachable`: there is a route, and none of its targets took the connection.
 */
export const rejections = [
  'closed-early',
  'hello-timeout',
  'no-name',
  'no-route',
  'not-tls',
  'too-long',
  'unreachable',
] as const

export type Rejection = (typeof rejections)[number]

/** What a gateway has done since it started. */
export interface Counters {
  readonly accepted: number
  /** Connections that are open now. */
  readonly active: number
  readonly bytesFromClients: number
  readonly bytesToClients: number
  /** Connections that reached a target. */
  readonly passed: number
  readonly rejected: Readonly<Record<Rejection, number>>
}

export interface Traffic {
  readonly bytesRead: number
  readonly bytesWritten: number
}

/** Counts what happens to connections; `snapshot` includes the bytes of those that are still open. */
export function startCounting() {
  const open = new Set<Traffic>()
  const rejected = Object.fromEntries(rejections.map((reason) => [reason, 0])) as Record<Rejection, number>
  const total = {accepted: 0, bytesFromClients: 0, bytesToClients: 0, passed: 0}
  return {
    accepted(client: Traffic): void {
      total.accepted += 1
      open.add(client)
    },
    closed(client: Traffic): void {
      open.delete(client)
      total.bytesFromClients += client.bytesRead
      total.bytesToClients += client.bytesWritten
    },
    passed(): void {
      total.passed += 1
    },
    rejected(reason: Rejection): void {
      rejected[reason] += 1
    },
    snapshot(): Counters {
      const clients = [...open]
      return {
        accepted: total.accepted,
        active: clients.length,
        bytesFromClients: clients.reduce((sum, client) => sum + client.bytesRead, total.bytesFromClients),
        bytesToClients: clients.reduce((sum, client) => sum + client.bytesWritten, total.bytesToClients),
        passed: total.passed,
        rejected: {...rejected},
      }
    },
  }
}
