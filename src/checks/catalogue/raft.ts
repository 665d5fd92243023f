import type {Agent, Datacenter} from '../../federation/model.js'
import type {Snapshot} from '../../observe/snapshot.js'
import {fact, firstKnown, given, known, notObserved} from '../answers.js'
import {applyFilesEverywhere} from '../apply-files.js'
import {aboutDatacenters, type Seen} from '../define-check.js'
import {broken, holds, type Verdict} from '../verdict.js'
import {counted, distinct, joined} from '../wording.js'

export const raftChecks = [
  aboutDatacenters({
    id: 'raft.leader',
    observes: ['leader'],
    title: 'every datacenter has a leader',
    judge: leaderVerdict,
  }),
  aboutDatacenters({
    id: 'raft.tolerance',
    observes: ['autopilot'],
    severity: 'warning',
    title: 'it can lose a server',
    judge: toleranceVerdict,
  }),
]

function leaderVerdict(datacenter: Datacenter, {snapshot}: Seen): Verdict {
  const {name, servers} = datacenter
  const answers = servers.map((server) => ({leader: known(snapshot.servers[server.id]?.leader), server}))
  const seen = answers.flatMap(({leader, server}) => (leader.known ? [{leader: leader.value, server}] : []))
  const first = answers[0]?.leader ?? notObserved
  return given(seen.length > 0 ? fact(seen) : first.known ? notObserved : first, (views) => {
    const leaders = distinct(views.map(({leader}) => leader).filter((leader) => leader !== ''))
    const without = views.filter(({leader}) => leader === '').map(({server}) => server.id)
    const evidence = views.map(({leader, server}) => `${server.id} sees ${leader || 'no leader'}`)
    if (leaders.length === 1 && without.length === 0) return holds(leaders[0])
    if (leaders.length === 1) {
      return broken({
        evidence,
        expected: 'every server sees the leader',
        fix: [
          `restart consul on ${joined(without)}: the leader takes a server that comes among its peers (consul operator raft list-peers)`,
          `if that does not help, see in its log why it does not find the other servers (retry_join, gossip key)`,
        ],
        found: `${joined(without)} sees no leader`,
        settling: true,
      })
    }
    return broken({
      evidence,
      expected: `one leader among ${counted(servers.length, 'server')}`,
      fix:
        leaders.length > 1
          ? [`stop the servers of ${name} that were started apart, and let them join the others (retry_join)`]
          : noLeaderFix(datacenter, views.length),
      found: leaders.length > 1 ? `${counted(leaders.length, 'leader')}: ${joined(leaders)}` : 'no leader',
    })
  })
}

/** A server without a leader logs "not part of stable configuration, aborting election" where it was never made a voter (raft 1.1–1.3). */
function noLeaderFix(datacenter: Datacenter, answering: number): string[] {
  const {name, servers} = datacenter
  if (answering < servers.length)
    return [`start the servers of ${name} until more than half of them run (bootstrap_expect, retry_join)`]
  return [
    `compare bootstrap_expect of the servers of ${name}, all of which answer, with their number: they wait until that many are there, and ${name} has ${servers.length}`,
    ...applyFilesEverywhere(datacenter),
    'look into their logs for "Failed to resolve" (retry_join) and "not part of stable configuration" (a server that is no voter)',
  ]
}

/** Autopilot looks every 2 s, and makes a server a voter that has been well for 10 s (Consul agent/consul/autopilot, 1.8–1.22). */
function allFollow(servers: readonly Agent[], snapshot: Snapshot): boolean {
  const leaders = servers.map(({id}) => known(snapshot.servers[id]?.leader))
  return leaders.every((leader) => leader.known && leader.value !== '')
}

function toleranceVerdict({name, servers}: Datacenter, {snapshot}: Seen): Verdict {
  const answers = servers.map((server) => known(snapshot.servers[server.id]?.autopilot, 'operator:read'))
  return given(firstKnown(answers), ({failureTolerance, healthy}) => {
    if (failureTolerance > 0 && healthy) return holds(`it may lose ${counted(failureTolerance, 'server')}`)
    const found = failureTolerance > 0 ? 'autopilot reports an unhealthy server' : 'losing one server stops it'
    const planned = servers.length < 3
    return broken({
      ...(!planned && allFollow(servers, snapshot) ? {settling: true as const} : {}),
      expected: 'three servers or more, all healthy',
      fix: [
        planned
          ? `add servers to ${name} until it has three`
          : 'see which server is not healthy or not a voter: consul members, consul operator raft list-peers',
      ],
      found: `${found} (${counted(servers.length, 'server')} in the federation file)`,
    })
  })
}
