import {stringify} from 'yaml'

import type {Topology} from './topologies.js'

/** A federation file with an address for every agent in 127.<block>.0.0/16. */
export function federationFile(topology: Topology, block: number, consul: string): string {
  const {acl, datacenters, gateways, gossip, proxy, servers, timings} = topology
  return stringify({
    acl: acl === 'off' ? {enabled: false} : {default_policy: acl},
    agent: {
      log_level: 'info',
      ...(timings === 'short' ? {raft_multiplier: 1, retry_interval: '1s', retry_interval_wan: '1s'} : {}),
    },
    datacenters: numbers(datacenters).map((dc) => ({
      clients: numbers(gateways).map((n) => ({address: `127.${block}.${dc}.${10 + n}`, name: `dc${dc}-c${n}`})),
      consul,
      gateways: numbers(gateways).map((n) => ({
        agent: `dc${dc}-c${n}`,
        name: `dc${dc}-gw${n}`,
        ...(proxy === 'haproxy' ? {host: 'manual'} : {}),
      })),
      name: `dc${dc}`,
      servers: numbers(servers).map((n) => ({address: `127.${block}.${dc}.${n}`, name: `dc${dc}-s${n}`})),
    })),
    gossip: {encryption: gossip === 'encrypted'},
    host: 'local',
    primary: 'dc1',
  })
}

function numbers(count: number): number[] {
  return Array.from({length: count}, (_, index) => index + 1)
}
