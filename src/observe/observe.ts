import type {Credentials} from '../consul/access.js'
import type {Federation} from '../federation/model.js'
import type {Ports} from '../system/ports.js'
import type {Observation} from './observation.js'
import {openObserver} from './observer.js'
import type {ObservationScope, ObservationTimeouts} from './round.js'
import type {Snapshot} from './snapshot.js'

export interface ObserveOptions {
  readonly credentials: Credentials
  readonly fedctlVersion: string
  readonly observations: Iterable<Observation>
  readonly ports: Ports
  readonly scope?: ObservationScope
  readonly timeouts?: ObservationTimeouts
}

/**
 * Looks at a federation once: an observer that is opened, used and closed.
 * @throws The reason of the ports' signal once it is aborted, and FedctlError `usage` for a datacenter that the federation does not have.
 */
export async function observe(federation: Federation, options: ObserveOptions): Promise<Snapshot> {
  const {credentials, fedctlVersion, observations, ports, scope, timeouts} = options
  const observer = openObserver(federation, credentials, ports, {fedctlVersion, ...(timeouts ? {timeouts} : {})})
  try {
    return await observer.observe(observations, scope)
  } finally {
    await observer.close()
  }
}
