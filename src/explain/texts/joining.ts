import {fedctlCommand} from '../../checks/fedctl-command.js'
import type {KnownText} from '../known-text.js'

/** How agents find each other, and what they say of others under the same name. */
export const joiningTexts: readonly KnownText[] = [
  {
    causes: [
      'the gateways of the primary, or the way to them, for the WAN pool',
      'the servers in retry_join are down or named wrongly, for the LAN pool',
      'different gossip keys',
      'a certificate that the other side refuses',
    ],
    checks: ['agent.primary-gateways', 'gateway.bootstrap-path', 'gossip.key', 'wan.members'],
    examples: [
      'agent: (WAN) couldn\'t join: number_of_nodes=0 error="1 error occurred:',
      'agent: Join cluster failed, will retry: cluster=WAN retry_interval=30s error=<nil>',
      'agent.server.serf.wan: serf: Failed to re-join any previously known node',
    ],
    fix: () => [fedctlCommand('verify', {only: 'agent,gateway,gossip,wan'})],
    id: 'wan.join-failed',
    leavesReason: true,
    look: ['the line below, which begins with "* Failed to join": it names the reason', 'consul members -wan'],
    meaning: 'The agent could not join the others, and tries again.',
    patterns: [
      /\((?:LAN|WAN)\) couldn't join/,
      /Join (?:cluster|wan|lan) failed/i,
      /Failed to re-join any previously known node/,
      /\* Failed to join /,
    ],
    title: 'an agent does not get into the pool',
    weight: 'sign',
  },
  {
    causes: ['the agent was restarted: others still tell what they knew of it before', 'two agents of one name'],
    checks: ['names.unique'],
    examples: [
      "agent.server.memberlist.lan: memberlist: Refuting an alive message for 'dc2-s1' (127.18.2.1:8301) meta:([255 143])",
    ],
    fix: () => ['nothing after a restart; where it goes on: ' + fedctlCommand('verify', {only: 'names'})],
    id: 'gossip.refutes',
    look: ['consul members -detailed'],
    meaning: 'The agent corrects what others say of it.',
    patterns: [/Refuting an alive message/],
    title: 'an agent corrects what others know of it',
    weight: 'ordinary',
  },
  {
    causes: [
      'the agent was renamed, and others still know it under its old name',
      'two datacenters, or two agents, share an address',
    ],
    checks: ['names.unique', 'names.overlap', 'wan.unexpected'],
    examples: ["agent.server.memberlist.lan: memberlist: Got ping for unexpected node 'dc2-s1' from=127.18.2.1:8301"],
    fix: () => [
      'a name that is gone: consul force-leave NODE, and -wan NODE.DC from 1.11 on',
      fedctlCommand('verify', {only: 'names,wan'}),
    ],
    id: 'gossip.other-name',
    look: ['consul members; consul members -wan: two names with one address'],
    meaning: 'A member asks at this address for an agent of another name.',
    patterns: [/Got ping for unexpected node/],
    title: 'an agent is asked for by another name',
    weight: 'sign',
  },
  {
    causes: ['a node name with dots or underscores, as of a machine whose host name is a full domain name'],
    checks: ['names.node'],
    examples: [
      'agent: Node name "dc2-s1.example" will not be discoverable via DNS due to invalid characters. Valid characters include all alpha-numerics and dashes.',
    ],
    fix: () => [
      'of a server: set node_name to a name without dots and reissue its certificate; of a client it may stay',
    ],
    id: 'names.not-in-dns',
    look: ['consul members'],
    meaning:
      'DNS cannot answer for such a name. A client does no harm to the federation; a server with a dot in its name cannot be federated through gateways.',
    patterns: [/Node name \S+ will not be discoverable via DNS/],
    saidOnce: true,
    title: 'a node name that DNS cannot hold',
    weight: 'sign',
  },
  {
    causes: ['a datacenter that cannot be reached', 'a server that gossips with another key'],
    checks: ['gossip.key', 'wan.rpc'],
    examples: ['* WAN error: 1/2 nodes reported success', 'WAN error: no nodes responded, but 2 expected'],
    fix: () => [fedctlCommand('verify', {only: 'wan,gossip'})],
    id: 'gossip.keyring-partial',
    look: ['consul keyring -list'],
    meaning:
      'Keys were asked for, or changed, and not every member of the pool answered. A change has not reached those.',
    patterns: [/\b(?:WAN|LAN) error: \d+\/\d+ nodes reported/, /\b(?:WAN|LAN) error: no nodes responded/],
    title: 'not every member answered to a question about gossip keys',
    weight: 'sign',
  },
]
