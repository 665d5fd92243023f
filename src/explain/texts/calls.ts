import {fedctlCommand} from '../../checks/fedctl-command.js'
import type {KnownText} from '../known-text.js'

const everything = fedctlCommand('verify')

/** Leaders, and what the network itself answers. The most general texts stand here, so this list is asked last. */
export const callTexts: readonly KnownText[] = [
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
    ],
    fix: () => [
      'start the servers that are down',
      "where most of them are lost for good: peers.json, as Consul's outage recovery has it",
    ],
    id: 'raft.no-leader',
    look: ['consul operator raft list-peers', fedctlCommand('verify', {only: 'raft'})],
    meaning: 'The datacenter has no leader at this moment, so it can neither write nor answer consistently.',
    patterns: [/No cluster leader/, /Raft leader not found/],
    title: 'the datacenter has no leader',
  },
  {
    causes: [
      'the servers of the datacenter are down, or this agent has just started and not joined them yet',
      'retry_join names nobody who answers',
      'a certificate that the servers refuse',
    ],
    checks: ['access.api', 'raft.leader'],
    examples: ['agent.client: error="No known Consul servers"', 'agent.router.manager: No servers available'],
    fix: () => ['start the servers, or mend retry_join of this agent', everything],
    id: 'agent.no-servers',
    look: ['consul members on that agent', 'its log for the lines before: join, x509'],
    meaning: 'The agent knows no server of its own datacenter that it could ask.',
    patterns: [/No known Consul servers/, /No servers available/],
    title: 'an agent has no server to ask',
  },
  {
    causes: [
      'a firewall that drops',
      'an address that is not routed from here, such as a private one of another site',
      'the other side hangs',
    ],
    checks: ['gateway.path', 'gateway.wan-address', 'access.api'],
    examples: [
      'dial tcp 172.16.1.6:8443: i/o timeout',
      'dial tcp 10.2.0.9:8443: connect: no route to host',
      'connect ETIMEDOUT 10.2.0.9:8443',
    ],
    fix: () => [
      'gateways: give each a WAN address that the other datacenters can route to, and open its port',
      everything,
    ],
    id: 'network.unrouted',
    look: ['nc -vz HOST PORT from the machine that complains', fedctlCommand('gateway list')],
    meaning: 'Nobody answered at that address in time.',
    patterns: [/i\/o timeout/, /no route to host/, /ETIMEDOUT/, /EHOSTUNREACH/, /network is unreachable/],
    title: 'an address cannot be reached from here',
  },
  {
    causes: ['the process is not running', 'it listens on another address or port'],
    checks: ['access.api', 'gateway.path'],
    examples: ['dial tcp 127.0.0.1:8500: connect: connection refused', 'connect ECONNREFUSED 10.0.0.1:8500'],
    fix: () => ['start the agent or gateway there', 'or correct the address and port'],
    id: 'network.refused',
    look: ['ss -ltnp on that machine', everything],
    meaning: 'The machine answers and nothing listens there.',
    patterns: [/connection refused/, /ECONNREFUSED/],
    title: 'nothing listens at that address',
  },
  {
    causes: ['a slow or overloaded server', 'a call to another datacenter that hangs on the way'],
    checks: ['wan.rpc', 'access.api'],
    examples: [
      'context deadline exceeded',
      'Client.Timeout exceeded while awaiting headers',
      'rpc error making call: EOF',
    ],
    fix: () => [everything],
    id: 'network.deadline',
    look: [everything],
    meaning: 'The answer did not come before the deadline, or broke off.',
    patterns: [/context deadline exceeded/, /Client\.Timeout exceeded/, /rpc error making call: EOF/],
    title: 'no answer in time',
  },
]
