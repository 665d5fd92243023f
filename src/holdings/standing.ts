import type {ServerView, Snapshot} from '../observe/snapshot.js'
import type {Observation} from '../observe/observation.js'

/**
 * How a datacenter stands to the primary of the federation file. `own`: its leader is its own primary. `joined`: it replicates.
 * `unknown`: it answers, and nothing that it says tells which. `silent`: no server answers.
 */
export type Standing = 'joined' | 'own' | 'silent' | 'unknown'

/** What `standingOf` and `joinsOf` judge. The state of replication needs no token. */
export const standingObservations: readonly Observation[] = ['acl-replication', 'agent', 'wan-members']

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

/**
 * How a datacenter is joined to others although its leader replicates from none, which is usual where ACLs and Connect are off: by `retry_join_wan`,
 * or by members of other datacenters in the WAN pool of its servers. Empty where it is not, or nothing tells.
 */
export function joinsOf(
  servers: readonly string[],
  {servers: seen}: Pick<Snapshot, 'servers'>,
  datacenter: string,
): string[] {
  return servers.flatMap((id) => {
    const {agent, wanMembers} = seen[id] ?? {}
    const joins = agent?.ok && (agent.value.retryJoinWan ?? []).length > 0
    const members = wanMembers?.ok ? wanMembers.value : []
    const others = members.filter((member) => member.datacenter !== datacenter && member.status !== 'left')
    return [
      ...(joins ? [`${id} has retry_join_wan`] : []),
      ...(others.length > 0 ? [`${id} has ${others.map(({name}) => name).join(', ')} in its WAN pool`] : []),
    ]
  })
}

function answers({aclReplication, agent}: ServerView): boolean {
  return [aclReplication, agent].some(
    (answer) => answer?.ok === false && ['forbidden', 'not-found', 'refused'].includes(answer.failure.kind),
  )
}
