import type {Datacenter, Federation} from '../federation/model.js'
import type {Clock} from '../system/clock.js'
import type {Observation} from './observation.js'
import type {OpenClients} from './open-clients.js'
import type {ShareItems} from './share-items.js'
import type {TakeTurn} from './turns.js'
import type {WorkspaceSecrets} from './workspace-secrets.js'

/** What a snapshot is about, where it is not about the whole federation. */
export interface ObservationScope {
  /** Only servers of these datacenters are asked, and only about these. Default: all. */
  readonly datacenters?: readonly string[]
  /** Probes every server through every gateway. Default: through its own gateways and one of each other datacenter. */
  readonly full?: boolean
}

/** Milliseconds. */
export interface ObservationTimeouts {
  /** For everything together. Default 30000, and 200 for each server. */
  readonly overallMs?: number
  /** For one TLS probe; 2000 of it for the connection. Default 5000. */
  readonly probeMs?: number
  /** For one request; 2000 of it for the connection. Default 5000. */
  readonly requestMs?: number
}

/** One round of questions. */
export interface Round {
  /** Ctrl-C: whatever is under way then rejects. */
  readonly cancelled: AbortSignal
  readonly clients: OpenClients
  readonly clock: Clock
  /** Those in scope. */
  readonly datacenters: readonly Datacenter[]
  /** The end of the round: what is not answered by then fails with `timeout`. */
  readonly deadline: AbortSignal
  readonly federation: Federation
  readonly full: boolean
  readonly observations: ReadonlySet<Observation>
  readonly probeTimeoutMs?: number
  readonly requestTimeoutMs?: number
  readonly share?: ShareItems
  /** For TLS probes and for requests. */
  readonly turns?: {readonly probes: TakeTurn; readonly requests: TakeTurn}
  readonly workspaceSecrets: WorkspaceSecrets
}
