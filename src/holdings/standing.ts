import type {ServerView, Snapshot} from '../observe/snapshot.js'
import type {Observation} from '../observe/observation.js'

/**
 * How a datacenter stands to the primary of the federation file. `own`: its leader is its own primary. `joined`: it replicates.
 * `unknown`: it answers, and nothing that it says tells which. `silent`: no server answers.
 */
export type Standing = 'joined' | 'own' | 'silent' | 'unknown'

/** What `standingOf` judges. The state of replication needs no token. */
export const standingObservations: readonly Observation[] = ['acl-replication', 'agent']

/**
 * Servers may run with different configuration in the middle of a move; the leader's counts, since it replicates. A primary has replication disabled
 * (Consul agent/consul/acl_endpoint.go, ReplicationStatus, 1.8–1.21).
 */
export function standingOf(
  servers: readonly string[],
  {servers: seen}: Pick<Snapshot, 'servers'>,
  primary: string,
): Standing {
  const views = servers.flatMap((id) => seen[id] ?? [])
  const agents = views.flatMap(({agent}) => (agent?.ok ? [agent.value] : []))
  const isOwn = agents.some(({primaryDatacenter: own}) => own !== undefined && own !== primary)
  const replication = views.flatMap(({aclReplication}) => (aclReplication?.ok ? [aclReplication.value] : []))
  if (replication.some(({enabled}) => enabled)) return 'joined'
  if (isOwn) return 'own'
  if (agents.length > 0) return 'joined'
  if (replication.length > 0) return 'own'
  return views.some(answers) ? 'unknown' : 'silent'
}

function answers({aclReplication, agent}: ServerView): boolean {
  return [aclReplication, agent].some(
    (answer) => answer?.ok === false && ['forbidden', 'not-found', 'refused'].includes(answer.failure.kind),
  )
}
