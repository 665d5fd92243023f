import {serversOf} from '../../federation/selectors.js'
import {joined} from '../wording.js'
import {dependsOn, failuresOf, isTokenUnknownAt, type Rule} from './rule.js'

export const noLeader: Rule = {
  cause: 'raft.no-leader',
  title: 'a datacenter has no leader',
  when(about) {
    const failures = failuresOf(about, 'raft.leader')
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
  when({findings, model, snapshot}) {
    const doubts = findings.filter(({check, finding}) => check === 'raft.leader' && finding.status === 'warn')
    const names = doubts.flatMap(({datacenters}) => datacenters)
    const apart = serversOf(model).filter(({datacenter, id}) => {
      const leader = snapshot.servers[id]?.leader
      return names.includes(datacenter) && leader?.ok === true && leader.value === ''
    })
    if (apart.length === 0) return undefined
    const ids = new Set(apart.map(({id}) => id))
    return {
      explains: (finding) =>
        doubts.includes(finding) ||
        isTokenUnknownAt(ids, finding) ||
        (/^wan\.(?:members|rpc)$/.test(finding.check) && ids.has(finding.finding.subject.split(' → ')[0] ?? '')),
      fix: doubts.flatMap(({finding}) => finding.fix ?? []),
      title: `${joined([...ids])} ${ids.size === 1 ? 'does' : 'do'} not find the leader that the other servers of ${joined(names)} have`,
    }
  },
}
