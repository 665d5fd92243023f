/** A federation that is as it should be, and what its operator is warned of. */
export interface Topology {
  readonly acl: 'allow' | 'deny' | 'off'
  readonly datacenters: number
  /** Gateways in each datacenter, each beside a client agent of its own. */
  readonly gateways: number
  readonly gossip: 'encrypted' | 'open'
  readonly name: string
  /** What passes traffic on: the gateway of labs, or HAProxy. */
  readonly proxy: 'fedctl' | 'haproxy'
  /** How its agents are restarted one by one: each for a new configuration, by the runbooks, or each process of it, gateways too, by its end. */
  readonly restart: 'configuration' | 'processes'
  /** Servers in each datacenter. */
  readonly servers: number
  /** Short ones, as labs have them, or those of Consul itself. */
  readonly timings: 'consul' | 'short'
  /** Ids of the checks that warn, besides those that come with the version of Consul. */
  readonly warnings: readonly Warning[]
}

/**
 * What a healthy federation is warned of: only what puts it at risk although it works. With one gateway, the loss of that machine cuts the
 * datacenter off; with fewer than three servers, the loss of one stops it. What the federation file asks for in so many words, ACLs that allow or are
 * off and gossip that is not encrypted, is the operator's decision, and none of it comes between datacenters.
 */
type Warning = 'gateway.redundant' | 'raft.tolerance'

const usual = {
  acl: 'deny',
  datacenters: 2,
  gateways: 1,
  gossip: 'encrypted',
  proxy: 'fedctl',
  restart: 'configuration',
  servers: 1,
  timings: 'short',
} as const

const one = ['raft.tolerance', 'gateway.redundant'] as const
const three = ['gateway.redundant'] as const

/** The first one, with HAProxy as its gateways. */
export const throughHaproxy: Topology = {
  ...usual,
  name: 'HAProxy',
  proxy: 'haproxy',
  restart: 'processes',
  warnings: one,
}

/** Names say what is not as in the first one. */
export const topologies: readonly Topology[] = [
  {...usual, name: 'two datacenters of one server', warnings: one},
  {...usual, name: 'one server, processes restarted', restart: 'processes', warnings: one},
  {...usual, name: 'three servers', servers: 3, warnings: three},
  {...usual, name: 'three servers, processes restarted', restart: 'processes', servers: 3, warnings: three},
  {...usual, name: 'two gateways', gateways: 2, warnings: ['raft.tolerance']},
  {...usual, gateways: 2, name: 'three servers and two gateways', servers: 3, warnings: []},
  {...usual, datacenters: 3, name: 'three datacenters', restart: 'processes', warnings: one},
  {...usual, datacenters: 3, name: 'three datacenters of three servers', servers: 3, warnings: three},
  {...usual, datacenters: 4, name: 'four datacenters', warnings: one},
  {...usual, acl: 'allow', name: 'default allow', warnings: one},
  {
    ...usual,
    acl: 'allow',
    datacenters: 3,
    name: 'default allow, three datacenters',
    warnings: one,
  },
  {...usual, acl: 'off', name: 'ACLs off', restart: 'processes', warnings: one},
  {...usual, acl: 'off', name: 'ACLs off, three servers', servers: 3, warnings: three},
  {...usual, gossip: 'open', name: 'open gossip', restart: 'processes', warnings: one},
  {
    ...usual,
    acl: 'off',
    datacenters: 4,
    gossip: 'open',
    name: 'four datacenters, ACLs off, open gossip',
    warnings: one,
  },
  {...usual, name: 'timings of Consul', restart: 'processes', timings: 'consul', warnings: one},
  {
    ...usual,
    name: 'timings of Consul, three servers',
    servers: 3,
    timings: 'consul',
    warnings: three,
  },
  throughHaproxy,
  {
    ...usual,
    acl: 'allow',
    gateways: 2,
    name: 'HAProxy, three servers, two gateways',
    proxy: 'haproxy',
    servers: 3,
    warnings: [],
  },
  {
    ...usual,
    acl: 'off',
    datacenters: 3,
    gossip: 'open',
    name: 'HAProxy, three datacenters, ACLs off',
    proxy: 'haproxy',
    restart: 'processes',
    warnings: one,
  },
]
