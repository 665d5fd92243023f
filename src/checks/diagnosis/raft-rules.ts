import {joined} from '../wording.js'
import {dependsOn, failuresOf, type Rule} from './rule.js'

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
