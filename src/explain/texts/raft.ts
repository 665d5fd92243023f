import {fedctlCommand} from '../../checks/fedctl-command.js'
import type {KnownText} from '../known-text.js'

/** Leaders and elections. */
export const raftTexts: readonly KnownText[] = [
  {
    causes: [
      'most of the servers are down',
      'an election, which takes seconds',
      'bootstrap_expect is higher than the number of servers',
    ],
    checks: ['raft.leader', 'raft.tolerance'],
    examples: [
      'Unexpected response code: 500 (No cluster leader)',
      'agent: Coordinate update error: error="No cluster leader"',
      'Raft leader not found in server lookup mapping',
      'agent.leader: failed to elect leader',
    ],
    fix: () => [
      'start the servers that are down',
      "where most of them are lost for good: peers.json, as Consul's outage recovery has it",
    ],
    id: 'raft.no-leader',
    look: ['consul operator raft list-peers', fedctlCommand('verify', {only: 'raft'})],
    meaning: 'The datacenter has no leader at this moment, so it can neither write nor answer consistently.',
    patterns: [/No cluster leader/, /Raft leader not found/, /failed to elect leader/],
    title: 'the datacenter has no leader',
  },
  {
    causes: [
      'this server has just started: it passes within seconds',
      'the leader has ended, or hangs',
      'a slow disk or an overloaded machine',
    ],
    checks: ['raft.leader', 'raft.tolerance'],
    examples: [
      'agent.server.raft: heartbeat timeout reached, starting election: last-leader=',
      'agent.server.raft: Election timeout reached, restarting election',
      'agent.server.raft: failed to contact: server-id=6c29d1e2 time=2.5s',
      'agent.server.raft: failed to contact quorum of nodes, stepping down',
      'agent.server.raft: not part of stable configuration, aborting election',
    ],
    fix: () => ['nothing, where a leader is elected within seconds', 'else start the servers that are down'],
    id: 'raft.election',
    look: ['consul operator raft list-peers', fedctlCommand('verify', {only: 'raft'})],
    meaning: 'A server has not heard from the leader, and the datacenter elects one.',
    patterns: [
      /heartbeat timeout reached, starting election/i,
      /Election timeout reached, restarting election/,
      /raft: failed to contact/,
      /aborting election/,
      /raft: failed to (?:make requestVote RPC|heartbeat to|appendEntries to)/,
    ],
    title: 'the servers of a datacenter elect a leader',
    weight: 'sign',
  },
  {
    causes: ['bootstrap_expect is 2 or more: the usual setting of a server'],
    checks: ['raft.leader'],
    examples: ['agent: bootstrap_expect > 0: expecting 3 servers'],
    fix: () => ['nothing, where that many servers are started; else correct bootstrap_expect'],
    id: 'raft.expects',
    look: ['consul members: servers of this datacenter'],
    meaning: 'A new server elects no leader before it has met so many servers, itself among them.',
    patterns: [/bootstrap_expect > 0: expecting \d+ servers/],
    title: 'how many servers a new datacenter waits for',
    weight: 'ordinary',
  },
]
