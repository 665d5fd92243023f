import {fedctlCommand} from '../../checks/fedctl-command.js'
import type {KnownText} from '../known-text.js'

const keys = 'consul keyring -list in every datacenter'

/** Gossip, membership and names. */
export const gossipTexts: readonly KnownText[] = [
  {
    causes: [
      'different keys in two datacenters',
      'an old keyring file in DATA_DIR/serf wins over encrypt',
      'a rotation that was not finished',
    ],
    checks: ['gossip.key', 'wan.members'],
    examples: [
      'memberlist: failed to receive: No installed keys could decrypt the message from=127.0.2.1:41234',
      'Remote state is encrypted and encryption is not configured',
      'memberlist: Encryption is configured but remote state is not encrypted',
    ],
    fix: () => [
      'install one key everywhere: consul keyring -install KEY, then -use, then -remove the old one',
      'or stop the agent, delete DATA_DIR/serf/*.keyring, set encrypt, start it',
    ],
    id: 'gossip.key',
    look: [keys],
    meaning: 'Two members of the pool encrypt with different keys. The WAN pool has one key for all datacenters.',
    patterns: [/No installed keys could decrypt/, /Remote state is encrypted and/, /Encryption is configured but/],
    title: 'gossip keys differ',
  },
  {
    causes: ['encrypt was changed in the configuration of an agent that has run before'],
    checks: ['gossip.key'],
    examples: ["keyring doesn't include key provided with -encrypt, using keyring"],
    fix: () => ['change keys with consul keyring, not in the configuration'],
    id: 'gossip.keyring-wins',
    look: [keys],
    meaning: 'The agent keeps the keys of its keyring file and ignores encrypt.',
    patterns: [/keyring doesn't include key/],
    saidOnce: true,
    title: 'the keyring file wins over encrypt',
  },
  {
    causes: ['a firewall that opens TCP only', 'an agent that was restarted at this moment'],
    checks: ['wan.members'],
    examples: [
      'memberlist: Was able to connect to dc2-s1.dc2 over TCP but UDP probes failed, network may be misconfigured',
      'memberlist: Was able to connect to dc2-s1 but other probes failed, network may be misconfigured',
    ],
    fix: () => [
      'open 8302 for TCP and UDP and 8300 for TCP between all servers (via: wan-gossip), 8301 within a datacenter',
      'or federate through mesh gateways, which need TCP only',
    ],
    id: 'gossip.udp-blocked',
    look: ['nc -vzu SERVER 8302'],
    meaning: 'The member answers over TCP, and UDP does not get there.',
    patterns: [/over TCP but UDP probes failed/, /but other probes failed, network may be misconfigured/],
    title: 'UDP between servers is blocked',
    weight: 'sign',
  },
  {
    causes: [
      'two datacenters of the same name',
      'two servers with the same node_name',
      'a cloned machine with its node-id',
    ],
    checks: ['names.unique', 'names.overlap'],
    examples: [
      'serf: Conflicting address for s1.dc1. Mine: 10.0.1.1:8302 Theirs: 10.0.2.1:8302 Old state: 2',
      "Member 'dc1-s2' has conflicting node ID '6c29d1e2-5f0b-4e2e-9d4c-111111111111' with member 'dc1-s1'",
      'serf: Node name conflicts with another node at 10.0.2.1:8301. Names must be unique!',
    ],
    fix: () => [
      'give each server a name of its own in its datacenter, and each datacenter a name of its own',
      'a clone: stop it, delete DATA_DIR/node-id, start it',
    ],
    id: 'names.conflict',
    look: ['consul members -wan -detailed'],
    meaning: 'Two members claim the same name or id.',
    patterns: [
      /Conflicting address for/,
      /conflicting node ID/,
      /Names must be unique/,
      /name conflicts with another node/,
    ],
    title: 'two members have one name or id',
  },
  {
    causes: [
      'the member, or the machine that it runs on, has ended',
      'one of several gateways, or targets of a load balancer, is bad',
      'a certificate of one server lacks its node name',
      'an idle timeout of a load balancer under two minutes',
    ],
    checks: ['gateway.path', 'tls.server-name', 'wan.stable'],
    examples: [
      'memberlist: Suspect dc2-s1.dc2 has failed, no acks received',
      'memberlist: Refuting a suspect message (from: dc1-s1.dc1)',
      'memberlist: Marking dc2-s1.dc2 as failed, suspect timeout reached (0 peer confirmations)',
    ],
    fix: () => ['find the member of the set that fails: ' + fedctlCommand('verify', {only: 'gateway.path,tls'})],
    id: 'wan.flapping',
    look: ['`fedctl verify --soak 5m` watches the pool'],
    meaning: 'Gossip with a member is lost now and then, or for good.',
    patterns: [/Suspect \S+ has failed/, /Refuting a suspect/, /Marking \S+ as failed/],
    title: 'a member of the pool does not answer',
    weight: 'sign',
  },
  {
    causes: ['none: the server has joined'],
    checks: ['wan.members', 'wan.rpc'],
    examples: ['agent: (WAN) joined: number_of_nodes=1', 'agent: (WAN) joining: wan_addresses=[*.dc1/192.0.2.2]'],
    fix: () => ['prove that calls work, too: ' + fedctlCommand('verify', {only: 'wan,gateway.path'})],
    id: 'wan.joined',
    look: ['consul members -wan'],
    meaning:
      'Joining asks for the name of the datacenter alone. Everything after it asks for the name of each server, so joined is not yet federated.',
    patterns: [/\(WAN\) join(?:ed|ing)/],
    title: 'a server joins the WAN pool',
    weight: 'ordinary',
  },
  {
    causes: ['the member is down', 'it was replaced or renamed and nobody removed it'],
    checks: ['wan.members', 'wan.unexpected'],
    examples: ['serf: attempting reconnect to dc2-s9.dc2 10.0.2.9:8302'],
    fix: () => [
      'start it again, or, where it is gone for good: consul force-leave -wan -prune NODE.DC on a server of each datacenter (1.11 and newer)',
    ],
    id: 'wan.lingering',
    look: ['consul members -wan'],
    meaning: 'A failed member is tried for 72 hours before it is forgotten.',
    patterns: [/serf: attempting reconnect/],
    title: 'a member has failed and is tried again',
    weight: 'sign',
  },
]
