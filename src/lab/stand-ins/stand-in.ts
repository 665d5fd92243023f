import type {Federation} from '../../federation/model.js'
import type {Secrets} from '../../federation/secrets.js'
import type {Ports} from '../../system/ports.js'

/** What a process that a fault puts in a node's place works with. */
export interface StandInWorld {
  /** Address on which it listens in place of a gateway, instead of the LAN address of that. */
  readonly bind?: string | undefined
  readonly federation: Federation
  /** Id of the agent or gateway in whose place it stands. */
  readonly node: string
  readonly ports: Ports
  readonly secrets: Secrets
}

/** Runs until the ports' signal is aborted. @throws What keeps it from listening. */
export type StandIn = (world: StandInWorld) => Promise<void>
