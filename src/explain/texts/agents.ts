import {fedctlCommand} from '../../checks/fedctl-command.js'
import type {KnownText} from '../known-text.js'

const everything = fedctlCommand('verify')

/** What an agent says of its checks, of its servers, and of its own start and end. */
export const agentTexts: readonly KnownText[] = [
  {
    causes: [
      'what the check asks does not run, or listens on another address or port',
      'the check asks an address that the agent does not reach',
    ],
    checks: ['gateway.healthy', 'gateway.path'],
    examples: [
      'agent: Check is now critical: check=service:mesh-gateway',
      'agent: Check socket connection failed: check=service:web error="dial tcp 10.0.2.9:8080: connect: connection refused"',
      'agent: Check missed TTL, is now critical: check=service:web',
      'agent: Check HTTP request failed: check=service:web error="context deadline exceeded"',
    ],
    fix: ({service = 'the service'}) => [
      `start ${service} again, or correct the address in its check`,
      'for a gateway, then: ' + fedctlCommand('verify', {only: 'gateway'}),
    ],
    id: 'agent.check-critical',
    look: [fedctlCommand('gateway list'), 'curl -s $CONSUL_HTTP_ADDR/v1/health/state/critical'],
    meaning:
      'A health check of this agent fails. Consul sends no call through a gateway with a critical check, so with the last gateway the datacenter is cut off.',
    patterns: [
      /Check is now critical: check=(?:service:)?(?<service>[^\s"]+)/,
      /Check (?:socket connection|HTTP request|script|gRPC|H2PING|health)? ?failed: check=(?:service:)?(?<service>[^\s"]+)/i,
      /Check missed TTL, is now critical: check=(?:service:)?(?<service>[^\s"]+)/,
    ],
    title: 'a health check of an agent is critical',
    weight: 'sign',
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
    patterns: [/No known Consul servers/, /No servers available/, /resolver produced no addresses/],
    title: 'an agent has no server to ask',
    weight: 'sign',
  },
  {
    causes: ['a server is being restarted or stopped'],
    checks: ['access.api', 'raft.tolerance'],
    examples: [
      'agent.rpcclient.health: subscribe call failed: err="rpc error: code = Unknown desc = subscription closed by server, server is shutting down" failure_count=1 key=consul topic=ServiceHealth',
      'agent.proxycfg: Failed to handle update from watch: kind=mesh-gateway proxy=dc2-gw1 service_id=dc2-gw1 id=connect-service:consul error="error filling agent cache: rpc error: code = Unknown desc = subscription closed by server, server is shutting down"',
      'agent.server: error performing anti-entropy sync of federation state: error="context canceled"',
      'agent.server.serf.lan: serf: Shutdown without a Leave',
    ],
    fix: () => ['nothing to do, where the server comes back: the agent asks another one'],
    id: 'agent.server-stops',
    look: ['the log of the servers of this datacenter at the same second'],
    meaning: 'A server that stops breaks off what it does, and tells agents that it streams to. They ask another one.',
    patterns: [
      /subscription closed by server, server is shutting down/,
      /serf: Shutdown without a Leave/,
      /transport is closing/,
      /grpc: the client connection is closing/,
      /anti-entropy sync of federation state.*context canceled/,
      /controller-runtime: error received from watch.*context canceled/,
    ],
    title: 'a server or agent stops',
    weight: 'ordinary',
  },
  {
    causes: ['bootstrap_expect = 1: the datacenter has one server'],
    checks: ['raft.tolerance'],
    examples: [
      'agent: BootstrapExpect is set to 1; this is the same as Bootstrap mode.',
      'agent: bootstrap = true: do not enable unless necessary',
    ],
    fix: () => ['nothing in a lab; in production give each datacenter three servers or five'],
    id: 'agent.one-server',
    look: ['consul operator raft list-peers'],
    meaning:
      'This server becomes the leader without waiting for others. Two such servers that are to be one datacenter never become one.',
    patterns: [/BootstrapExpect is set to 1/, /bootstrap = true: do not enable/],
    title: 'a server that is meant to be the only one of its datacenter',
    weight: 'ordinary',
  },
]
