import type {Agent} from '../../federation/model.js'
import {distinct, joined} from '../wording.js'
import {type Case, dependsOn, failuresOf, isTokenUnknownAt, type Rule} from './rule.js'

export const noLeader: Rule = {
  cause: 'raft.no-leader',
  title: 'a datacenter has no leader',
  when(about) {
    const apart = new Set(serversApart(about).map(({datacenter}) => datacenter))
    const failures = failuresOf(about, 'raft.leader').filter(
      ({datacenters}) => !datacenters.some((name) => apart.has(name)),
    )
    if (failures.length === 0) return undefined
    const names = failures.flatMap(({datacenters}) => datacenters)
    const follows = dependsOn(names, about)
    return {
      explains: (finding) =>
        follows(finding) ||
        (/^(?:access\.token|raft\.leader)$/.test(finding.check) &&
          finding.datacenters.some((name) => names.includes(name))),
      fix: failures.flatMap(({finding}) => finding.fix ?? []),
      title: `${joined(failures.map(({finding}) => `${finding.subject} has ${finding.found}`))}: it can neither read nor write`,
    }
  },
}

/** The others have a leader. It forwards nothing and resolves no token, so what it is asked fails. */
export const serverApart: Rule = {
  cause: 'raft.apart',
  title: 'a server does not find the leader of its datacenter',
  when(about) {
    const apart = serversApart(about)
    if (apart.length === 0) return undefined
    const ids = new Set(apart.map(({id}) => id))
    const names = distinct(apart.map(({datacenter}) => datacenter))
    const failures = failuresOf(about, 'raft.leader').filter(({datacenters}) =>
      datacenters.some((name) => names.includes(name)),
    )
    return {
      explains: (finding) =>
        failures.includes(finding) ||
        isTokenUnknownAt(ids, finding) ||
        (/^wan\.(?:members|rpc)$/.test(finding.check) && ids.has(finding.finding.subject.split(' → ')[0] ?? '')),
      fix: failures.flatMap(({finding}) => finding.fix ?? []),
      title: `${joined([...ids])} ${ids.size === 1 ? 'does' : 'do'} not find the leader that the other servers of ${joined(names)} have`,
    }
  },
}

/** Servers that see no leader although others of their datacenter see one. */
function serversApart({model, snapshot}: Case): Agent[] {
  const leaderOf = ({id}: Agent): string | undefined => {
    const leader = snapshot.servers[id]?.leader
    return leader?.ok ? leader.value : undefined
  }
  return model.datacenters.flatMap(({servers}) => {
    const leaders = distinct(servers.flatMap((server) => leaderOf(server) || []))
    return leaders.length === 1 ? servers.filter((server) => leaderOf(server) === '') : []
  })
}
