import {fedctlCommand} from '../../checks/fedctl-command.js'
import type {KnownText} from '../known-text.js'

/** Servers and agents that come and go. */
export const memberTexts: readonly KnownText[] = [
  {
    causes: ['the server was off for longer than server_rejoin_age_max, a week by default'],
    checks: ['access.api'],
    examples: [
      'refusing to rejoin cluster because server has been offline for more than the configured server_rejoin_age_max (168h0m0s) - consider wiping your data dir',
    ],
    fix: () => [
      'where the rest of its datacenter went on: keep a copy of its data_dir, empty it, and start it as a new server',
      'where it is the only server, or all were off: remove server_metadata.json in its data_dir and start it',
    ],
    id: 'agent.offline-too-long',
    look: ['server_metadata.json in its data_dir', 'consul operator raft list-peers on another server'],
    meaning: 'Consul does not start a server that was away so long that what it holds may be out of date.',
    patterns: [/refusing to rejoin cluster because server has been offline/],
    saidOnce: true,
    title: 'a server was off for too long to come back by itself',
    versions: 'from 1.15 on',
  },
  {
    causes: ['a machine that was made anew under its old name, with a new node id', 'two agents of the same name'],
    checks: ['names.unique'],
    examples: ['Node name dc1-s1 is reserved by node 6c29d1e2-5f0b-4e2e-9d4c-111111111111 with name dc1-s1 (10.0.1.1)'],
    fix: ({node = 'NODE'}) => [
      `where the old one is gone: consul force-leave ${node}, and wait until its health check is gone`,
      'or put the old node-id file back into data_dir, or give the new agent a name of its own',
    ],
    id: 'names.reserved',
    look: ['consul catalog nodes -detailed', 'consul members'],
    meaning: 'The catalog holds another node of that name and does not let a second one register.',
    patterns: [/Node name (?<node>\S+) is reserved by node/],
    title: 'the name of a node is taken',
  },
  {
    causes: ['the agent has ended or hangs', 'the network between them', 'gateways, for members of other datacenters'],
    checks: ['wan.members', 'access.api'],
    examples: ['agent.server.serf.wan: serf: EventMemberFailed: dc2-s1.dc2 10.0.2.1'],
    fix: ({node = 'it'}) => [`see whether ${node} runs and can be reached`, fedctlCommand('verify')],
    id: 'gossip.member-failed',
    look: ['consul members', 'consul members -wan'],
    meaning: 'A member of the pool answers no more. It is kept as failed and tried again, for three days by default.',
    patterns: [/EventMemberFailed: (?<node>\S+)/],
    title: 'a member of the pool does not answer',
    weight: 'sign',
  },
  {
    causes: [
      'a load balancer or proxy that ends TLS itself and does not know the name',
      'a gateway or router that chooses by server name and has no entry for it',
    ],
    checks: ['gateway.path', 'tls.server-name'],
    examples: ['remote error: tls: unrecognized name'],
    fix: () => [
      'have load balancers in front of gateways pass TCP through, without TLS',
      fedctlCommand('verify', {only: 'gateway'}),
    ],
    id: 'tls.unrecognized-name',
    look: ['what answers: openssl s_client -connect HOST:PORT -servername server.DC.consul </dev/null'],
    meaning: 'What answered speaks TLS and has nothing under the server name that it was asked for.',
    patterns: [/tls: unrecognized name/],
    title: 'the other side does not know the server name',
  },
]
