import {aclReplication} from '../consul/api.js'
import type {ConsulClient} from '../consul/client.js'
import type {AclReplication} from '../consul/types.js'

/** How a secondary replicates, as its leader says. */
export interface ReplicationStatus {
  readonly enabled: boolean
  readonly lastError: string | null
  /** Since 1.11. Consul does not clear it: it may be older than `lastSuccess`. */
  readonly lastErrorMessage: string | null
  readonly lastSuccess: string | null
  /** True also without a usable token: only `lastSuccess` later than `lastError` proves that replication works. */
  readonly running: boolean
  /** `tokens`, or `policies` where token replication is off. */
  readonly type: string | null
}

/** @throws RequestError. Needs no token. */
export async function replicationStatus(client: ConsulClient, signal?: AbortSignal): Promise<ReplicationStatus> {
  return fromConsul(await aclReplication(client, signal ? {signal} : {}))
}

/** Whether replication has worked, with no newer error. */
export function replicates({lastError, lastSuccess}: ReplicationStatus): boolean {
  return lastSuccess !== null && (lastError === null || Date.parse(lastSuccess) > Date.parse(lastError))
}

function fromConsul(answer: AclReplication): ReplicationStatus {
  return {
    enabled: answer.Enabled,
    lastError: moment(answer.LastError),
    lastErrorMessage: answer.LastErrorMessage || null,
    lastSuccess: moment(answer.LastSuccess),
    running: answer.Running,
    type: answer.ReplicationType || null,
  }
}

/** Go's zero time stands for never. */
function moment(text: string): string | null {
  return text.startsWith('0001-') ? null : text
}
