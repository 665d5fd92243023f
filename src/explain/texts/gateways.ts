import {fedctlCommand} from '../../checks/fedctl-command.js'
import type {KnownText} from '../known-text.js'

const list = fedctlCommand('gateway list')
const register = fedctlCommand('gateway register')

/** Mesh gateways, and the way that calls take through them. */
export const gatewayTexts: readonly KnownText[] = [
  {
    causes: [
      'no gateway of the own datacenter carries the meta consul-wan-federation = "1" (`-expose-servers`)',
      'all of them are critical, or not running',
      'the federation state does not hold them yet, as in the first minutes',
    ],
    checks: ['gateway.registered', 'gateway.healthy', 'gateway.path', 'state.published'],
    examples: [
      'memberlist: Failed to send gossip to 10.0.2.1:8302: Remote DC has no server currently reachable',
      'rpc error getting client: failed to get conn: Remote DC has no server currently reachable',
    ],
    fix: () => [list, register, 'start the gateway again'],
    id: 'gateway.none-usable',
    look: [list, 'curl -s $CONSUL_HTTP_ADDR/v1/health/service/mesh-gateway'],
    meaning:
      'Members of the other datacenter are known, but this server knows no gateway that it could use to reach them.',
    patterns: [/Remote DC has no server currently reachable/],
    title: 'no usable gateway leads to the other datacenter',
  },
  {
    causes: [
      'the gateway of the other datacenter is down, or its WAN address wrong or unrouted',
      'certificates of the servers there lack a name',
      'the servers there are down',
    ],
    checks: ['gateway.path', 'gateway.wan-address', 'wan.rpc', 'tls.server-name'],
    examples: ['agent.server: RPC request to DC is currently failing as no server can be reached: datacenter=dc2'],
    fix: () => [fedctlCommand('verify', {only: 'gateway,tls,wan.rpc'})],
    id: 'gateway.servers-unreachable',
    look: [fedctlCommand('verify'), list],
    meaning: 'Servers of the other datacenter are in the WAN pool, and all of them are considered unreachable.',
    patterns: [/is currently failing as no server can be reached/],
    title: 'no server of the other datacenter can be reached',
    weight: 'sign',
  },
  {
    causes: [
      'the secondary has never joined: primary_gateways, gossip key or certificates',
      'the name of the datacenter is misspelt in the request',
      'the datacenter has left for good, and something still asks for it',
    ],
    checks: ['wan.members', 'agent.primary-gateways', 'gateway.bootstrap-path'],
    examples: [
      'Unexpected response code: 500 (No path to datacenter)',
      'agent.server: RPC request for DC is currently failing as no path was found: datacenter=dc3',
    ],
    fix: () => [
      fedctlCommand('verify', {only: 'agent,wan,gateway'}),
      'a datacenter that is gone: consul force-leave -wan -prune NODE.DC on a server of each other datacenter (1.11 and newer), and remove what names it',
    ],
    id: 'wan.no-path',
    look: ['consul members -wan on the server that answered', 'consul catalog datacenters'],
    meaning: 'The server that answered has no member of that datacenter in its WAN pool.',
    patterns: [/No path to datacenter/, /no path was found/],
    title: 'the datacenter is not in the WAN pool',
    weight: 'sign',
  },
  {
    causes: [
      'the gateway process has ended, or the load balancer in front of it has no target',
      'the server behind the gateway has ended',
      'the WAN address of the gateway is another one by now',
    ],
    checks: ['gateway.path', 'gateway.healthy', 'access.api'],
    examples: [
      'rpc error getting client: failed to get conn: EOF',
      'rpc error getting client: failed to get conn: dial tcp 127.0.1.9:8443: connect: connection refused',
      'memberlist: Failed to send gossip to 10.0.2.1:8302: dial tcp 10.0.1.9:443: connect: connection refused',
      '* Failed to join 127.0.0.1: dial tcp 10.0.1.9:8443: connect: connection refused',
    ],
    fix: () => [
      'start the gateway, or the server behind it, again',
      list,
      'recovery takes up to five minutes: ' + fedctlCommand('verify', {wait: '5m'}),
    ],
    id: 'gateway.dead',
    look: [fedctlCommand('verify', {only: 'gateway'}), 'the log of the gateway'],
    meaning:
      'The connection to or behind a gateway ended before anybody answered. `consul members -wan` still says alive for a minute or more.',
    patterns: [
      // A client agent calls servers of its own datacenter alone.
      /^(?!.*agent\.client: RPC failed to server(?!.*rpc error making call)).*failed to get conn: EOF/,
      // Others listen on these ports too: it counts in calls and gossip of servers only.
      /(?:failed to get conn|memberlist|[Ff]ailed to (?:re-)?join).*dial tcp \S*:(?:443|8443): .*connection refused/,
    ],
    title: 'a gateway, or the server behind it, does not answer',
  },
  {
    causes: [
      'a gateway or server was restarted, or has ended',
      'the other side refuses the certificate: look for x509 and tls in the log of both',
      'a firewall or load balancer that resets connections',
    ],
    checks: ['gateway.path', 'gateway.healthy', 'wan.stable'],
    examples: [
      'memberlist: Failed to send ping: write tcp 127.8.2.1:41312->127.8.1.11:8443: write: broken pipe',
      'read tcp 10.0.1.5:50112->10.0.1.9:8443: read: connection reset by peer',
      "rpc error getting client: failed to get conn: rpc error: lead thread didn't get connection",
      'failed to ingest RPC: mode=ALPN/consul/wan-gossip/packet error="read: i/o timeout"',
    ],
    fix: () => [
      'where it goes on: ' + fedctlCommand('verify', {only: 'gateway,tls'}),
      'recovery takes up to five minutes: ' + fedctlCommand('verify', {wait: '5m'}),
    ],
    id: 'gateway.connection-lost',
    look: ['the log of the other side at the same second', list],
    meaning: 'A connection through a gateway broke off while it was in use. After a restart it is made anew.',
    patterns: [
      /^(?!.*\bcheck=).*:(?:443|8443): .*(?:connection reset by peer|broken pipe)/,
      /failed to ingest RPC/,
      /lead thread didn't get connection/,
    ],
    title: 'a connection through a gateway broke off',
    weight: 'sign',
  },
  {
    causes: [
      'the name is not routed: the gateway does not expose servers, or the server is unknown to its datacenter',
      'capitals in a node name',
    ],
    checks: ['gateway.path'],
    examples: [
      'closing connection from 10.0.1.4:51234: no matching filter chain found',
      'closing connection: no route for dc2-s9.server.dc2.consul',
    ],
    fix: () => [register, list],
    id: 'gateway.no-route',
    look: [fedctlCommand('verify', {only: 'gateway.path'})],
    meaning: 'A connection asked the gateway for a server name that it does not pass on.',
    patterns: [/no matching filter chain/, /no route for \S+/],
    title: 'the gateway does not pass on this server name',
  },
  {
    causes: ['the first minutes of a secondary', 'gateways of the own datacenter that are down'],
    checks: ['gateway.registered', 'gateway.healthy', 'state.replicated'],
    examples: ['agent.server.gateway_locator: will dial the primary datacenter through its mesh gateways'],
    fix: () => ['nothing in the first five minutes; after that: ' + fedctlCommand('verify', {only: 'gateway,state'})],
    id: 'gateway.fallback',
    look: [list],
    meaning: "This secondary dials the primary's gateways itself, since it knows no healthy gateway of its own.",
    patterns: [/will dial the primary datacenter through its mesh gateways/],
    title: "a secondary uses the primary's gateways directly",
    versions: 'before 1.8.9 and 1.9.3 followers do so without a reason',
    weight: 'sign',
  },
  {
    causes: ['none: a gateway came, went or moved'],
    checks: ['state.published', 'state.replicated'],
    examples: [
      'agent.server.gateway_locator: new cached locations of mesh gateways: primary=[10.0.1.9:8443] local=[10.0.2.9:8443]',
    ],
    fix: () => ['nothing to do, where the addresses are those of your gateways: ' + list],
    id: 'gateway.locations',
    look: [list],
    meaning:
      'The server has learnt at which addresses gateways are: those of the primary, and its own. An empty list means that it knows none.',
    patterns: [/new cached locations of mesh gateways/],
    title: 'a server has learnt where gateways are',
    weight: 'ordinary',
  },
  {
    causes: ['none: this is how it should be'],
    checks: [],
    examples: [
      'agent.server.gateway_locator: will dial the primary datacenter using our local mesh gateways if possible',
    ],
    fix: () => ['nothing to do'],
    id: 'gateway.local',
    look: [list],
    meaning: 'The secondary has gateways of its own and uses them.',
    patterns: [/will dial the primary datacenter using our local mesh gateways/],
    title: 'the secondary uses its own gateways, as it should',
    weight: 'ordinary',
  },
  {
    causes: [
      'no proxy-defaults with a mesh gateway mode',
      'another word than local, remote or none',
      'it was written in a secondary and not replicated',
    ],
    checks: ['mesh.mode'],
    examples: [
      'upstream "api:8000:dc1" is invalid: ProxyDefaults mesh gateway mode is neither "local" nor "remote"',
      'Invalid Mesh Gateway Mode: "on"',
    ],
    fix: () => ['write proxy-defaults/global with MeshGateway { Mode = "local" } in the primary'],
    id: 'mesh.mode',
    look: ['consul config read -kind proxy-defaults -name global'],
    meaning: 'The federation of servers is fine; service traffic between datacenters has no gateway mode.',
    patterns: [/mesh gateway mode is neither/, /Invalid Mesh Gateway Mode/],
    title: 'services have no mesh gateway mode',
  },
  {
    causes: ["a client agent that was asked to do a server's work, or a defect of an early 1.8"],
    checks: ['version.supported'],
    examples: ['must dial via mesh gateways from a server agent', 'rpc type 6 cannot be routed through a mesh gateway'],
    fix: () => ['ask a server; upgrade Consul'],
    id: 'gateway.not-routable',
    look: ['consul version on every agent'],
    meaning: 'This kind of call does not go through gateways.',
    patterns: [/must dial via mesh gateways from a server/, /cannot be routed through a mesh gateway/],
    title: 'a call that gateways do not carry',
  },
  {
    causes: ['streaming of 1.10 does not use the gateways'],
    checks: ['version.known-bugs'],
    examples: [
      'subscribe call failed: err="rpc error: code = Unavailable desc = all SubConns are in TransientFailure, latest connection error: dial tcp 10.4.0.3:8300: connect: no route to host"',
    ],
    fix: () => ['upgrade to 1.10.2 or newer, or set use_streaming_backend = false'],
    id: 'gateway.streaming',
    look: ['consul version on every agent'],
    meaning: 'A client subscribes to health of another datacenter and dials its servers directly.',
    patterns: [/subscribe call failed.*(?:TransientFailure|no route to host|i\/o timeout|deadline exceeded)/],
    title: 'streaming goes past the gateways',
    versions: '1.10.0 and 1.10.1; other causes of direct dials before 1.13.8, 1.14.7 and 1.15.3',
  },
]
