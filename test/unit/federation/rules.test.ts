import {describe, expect, it} from 'vitest'

import {type Change, changed, problemsIn} from './small-federation.js'

/** Changes of the small federation, and all that is said about them. */
const cases: Record<string, readonly [title: string, changes: readonly Change[], expected: string][]> = {
  datacenters: [
    [
      'two of one name',
      [['name: dc2', 'name: dc1']],
      '11:11 datacenters[1].name: "dc1" is the name of another datacenter already; rename one',
    ],
    [
      'a primary that is not there',
      [['primary: dc1', 'primary: west']],
      '1:10 primary: no datacenter is named "west"; write one of dc1, dc2, or add it under datacenters',
    ],
    [
      'a mistyped primary',
      [['primary: dc1', 'primary: dcc1']],
      '1:10 primary: no datacenter is named "dcc1"; did you mean "dc1"?',
    ],
    [
      'primary_gateways in the primary',
      [['name: dc1\n', 'name: dc1\n    primary_gateways: [10.1.0.9:8443]\n']],
      '4:23 datacenters[0].primary_gateways: "dc1" is the primary, and its servers do not start with primary_gateways; move them to the secondaries or remove them',
    ],
  ],
  nodes: [
    [
      'names that differ in case only',
      [
        ['name: dc1-c1', 'name: DC1-S1'],
        ['agent: dc1-c1', 'agent: DC1-S1'],
      ],
      '8:17 datacenters[0].clients[0].name: "DC1-S1" is taken in this datacenter by the server "dc1-s1", and case does not count; rename one',
    ],
    [
      'a gateway with the name of its agent',
      [['name: dc1-gw1', 'name: dc1-c1']],
      '10:17 datacenters[0].gateways[0].name: "dc1-c1" is taken in this datacenter by the client "dc1-c1", and case does not count; rename one',
    ],
    [
      'a gateway beside nobody',
      [['agent: dc2-c1', 'agent: dc1-c1x']],
      '18:33 datacenters[1].gateways[0].agent: no agent of dc2 is named "dc1-c1x"; did you mean "dc2-c1"?',
    ],
    [
      'a gateway beside an agent of another datacenter',
      [['agent: dc2-c1', 'agent: envoy']],
      '18:33 datacenters[1].gateways[0].agent: no agent of dc2 is named "envoy"; add it under clients',
    ],
    [
      'a name that no certificate can hold',
      [
        [
          'primary: dc1',
          `primary: dc1\ndomain: ${'d'.repeat(60)}.${'d'.repeat(60)}.${'d'.repeat(60)}.${'d'.repeat(51)}`,
        ],
        ['name: dc1-s1', `name: ${'s'.repeat(40)}`],
        ['name: dc2-s1', 'name: s'],
      ],
      '7:17 datacenters[0].servers[0].name: the name in the certificate of this server has 286 characters, and DNS allows 253; shorten the node, the datacenter or the domain',
    ],
  ],
  'names and addresses in two datacenters': [
    [
      'servers that old versions take for one',
      [
        ['name: dc2-s1, address: 10.1.0.1', 'name: dc1-s1, address: 10.0.0.1, api: { url: "http://127.0.0.1:18500" }'],
        [
          'consul: 1.17.3\n    servers:\n      - { name: dc1-s1',
          'consul: 1.16.3\n    servers:\n      - { name: dc1-s1',
        ],
      ],
      '14:17 datacenters[1].servers[0].name: "dc1-s1" has this name and address in dc1 as well, and servers of Consul 1.16.3 then send requests in circles; rename one, or upgrade to 1.15.8, 1.16.4, 1.17.1 or newer',
    ],
    [
      'agents that fedctl would ask at one URL',
      [['address: 10.1.0.1', 'address: 10.0.0.1']],
      '14:34 datacenters[1].servers[0].address: fedctl would ask this agent at http://10.0.0.1:8500, and asks the server dc1-s1 of dc1 there; correct the address, or add api: { url: … } where this agent is reached in another way',
    ],
    [
      'one tunnel for two agents',
      [['address: 10.1.0.1', 'address: 10.1.0.1, api: { url: "http://10.0.0.9:8500/" }']],
      '14:56 datacenters[1].servers[0].api.url: fedctl would ask this agent at http://10.0.0.9:8500, and asks the client dc1-c1 of dc1 there; correct the address, or add api: { url: … } where this agent is reached in another way',
    ],
    [
      'one WAN address for two gateways',
      [
        ['agent: dc1-c1', 'agent: dc1-c1, wan: gw.example.com:8443'],
        ['agent: dc2-c1', 'agent: dc2-c1, wan: GW.example.com:8443'],
      ],
      '18:46 datacenters[1].gateways[0].wan: gw.example.com:8443 is where dc1-gw1 of another datacenter is reached; write the address of this gateway',
    ],
  ],
  ports: [
    [
      'two agents at one address',
      [['address: 10.0.0.9', 'address: 10.0.0.1']],
      '8:34 datacenters[0].clients[0].address: 10.0.0.1 is the address of the server dc1-s1 too, and both listen on the ports 8301, 8500, 8600; give one of them another address or other ports',
    ],
    [
      'two agents at one address, spelt differently',
      [
        ['address: 10.0.0.1', 'address: "2001:db8::1"'],
        ['address: 10.0.0.9', 'address: "2001:DB8:0::1", ports: { dns: -1, http: 8510, grpc: 8502 }'],
      ],
      '8:34 datacenters[0].clients[0].address: 2001:DB8:0::1 is the address of the server dc1-s1 too, and both listen on port 8301; give one of them another address or other ports',
    ],
    [
      'a gateway on a port of its agent',
      [['agent: dc1-c1', 'agent: dc1-c1, port: 8502']],
      '10:47 datacenters[0].gateways[0].port: 10.0.0.9 is the address of the client dc1-c1 too, and both listen on port 8502; give one of them another address or other ports',
    ],
    [
      'two gateways on one port',
      [['agent: dc1-c1 }', 'agent: dc1-c1 }\n      - { name: dc1-gw2, agent: dc1-c1 }']],
      '11:9 datacenters[0].gateways[1].address: 10.0.0.9 is the address of the gateway dc1-gw1 too, and both listen on port 8443; give one of them another address or other ports',
    ],
    [
      'one address in two datacenters, both on this machine',
      [
        ['primary: dc1', 'primary: dc1\nhost: local'],
        ['address: 10.1.0.9', 'address: 10.0.0.9, ports: { http: 8510 }'],
      ],
      '17:34 datacenters[1].clients[0].address: 10.0.0.9 is the address of the client dc1-c1 too, and both listen on the ports 8301, 8502, 8600; give one of them another address or other ports|19:9 datacenters[1].gateways[0].address: 10.0.0.9 is the address of the gateway dc1-gw1 too, and both listen on port 8443; give one of them another address or other ports',
    ],
    [
      'one port twice',
      [['address: 10.0.0.1', 'address: 10.0.0.1, ports: { http: 8600 }']],
      '6:59 datacenters[0].servers[0].ports.http: 8600 is the port of dns as well; write another',
    ],
    [
      'one port twice, the later one by default',
      [['address: 10.0.0.1', 'address: 10.0.0.1, ports: { dns: 8500 }']],
      '6:58 datacenters[0].servers[0].ports.dns: 8500 is the port of http as well; write another',
    ],
    [
      'no WAN gossip',
      [['address: 10.0.0.1', 'address: 10.0.0.1, ports: { serf_wan: -1 }']],
      '6:63 datacenters[0].servers[0].ports.serf_wan: -1 switches this port off, and a server of a federation needs it; write 8302',
    ],
    [
      'no LAN gossip',
      [['address: 10.0.0.9', 'address: 10.0.0.9, ports: { serf_lan: -1 }']],
      '8:63 datacenters[0].clients[0].ports.serf_lan: -1 switches this port off, and a client of a federation needs it; write 8301',
    ],
    [
      'a port that the version does not have',
      [
        ['consul: 1.17.3', 'consul: 1.13.9'],
        ['address: 10.0.0.9', 'address: 10.0.0.9, ports: { grpc_tls: 8503 }'],
      ],
      '8:63 datacenters[0].clients[0].ports.grpc_tls: grpc_tls exists since Consul 1.14, and this agent is 1.13.9; use grpc, which speaks TLS there where https is on',
    ],
    [
      'no API',
      [['address: 10.0.0.1', 'address: 10.0.0.1, ports: { http: -1 }']],
      '6:59 datacenters[0].servers[0].ports.http: -1 switches this port off, and fedctl asks the API over http; write a port, or set api.scheme or api.url',
    ],
    [
      'two ports for one API',
      [['address: 10.0.0.1', 'address: 10.0.0.1, ports: { http: 8510 }, api: { port: 8520 }']],
      '6:59 datacenters[0].servers[0].ports.http: 8510 and 8520 under api.port are to be the same port; remove one of them',
    ],
    [
      'two Envoys with one admin endpoint',
      [
        [
          'agent: dc1-c1 }',
          'agent: dc1-c1, envoy_admin: 127.0.0.1:19000 }\n      - { name: dc1-gw2, agent: dc1-c1, port: 9443, envoy_admin: 127.0.0.1:19000 }',
        ],
      ],
      '11:66 datacenters[0].gateways[1].envoy_admin: 127.0.0.1:19000 is the admin endpoint of another gateway beside dc1-c1; write another port',
    ],
  ],
  transport: [
    [
      'gateways without TLS',
      [['primary: dc1', 'primary: dc1\ntls: { enabled: false }']],
      '2:17 tls.enabled: mesh gateways carry nothing but TLS; write true, or via: wan-gossip',
    ],
    [
      'a datacenter without a gateway',
      [['    gateways:\n      - { name: dc2-gw1, agent: dc2-c1 }\n', '']],
      '11:5 datacenters[1].gateways: dc2 has no gateway, and via is mesh-gateways; add one under gateways, such as { name: dc2-gw1, agent: dc2-c1 }, or write via: wan-gossip',
    ],
    [
      'an empty list of gateways',
      [['gateways:\n      - { name: dc2-gw1, agent: dc2-c1 }\n', 'gateways: []\n']],
      '17:15 datacenters[1].gateways: dc2 has no gateway, and via is mesh-gateways; add one under gateways, such as { name: dc2-gw1, agent: dc2-c1 }, or write via: wan-gossip',
    ],
    [
      'https without certificates',
      [['primary: dc1', 'primary: dc1\nvia: wan-gossip\ntls: { enabled: false }\napi: { scheme: https }']],
      '4:16 api.scheme: https needs certificates, and tls.enabled is false; write http',
    ],
    [
      'a client certificate without its key',
      [['address: 10.0.0.1', 'address: 10.0.0.1, api: { cert_file: a.pem }']],
      '6:62 datacenters[0].servers[0].api.cert_file: cert_file needs key_file beside it; add it',
    ],
    [
      'a key without its certificate',
      [['consul: 1.17.3', 'consul: 1.17.3\n    api: { key_file: a-key.pem }']],
      '5:22 datacenters[0].api.key_file: key_file needs cert_file beside it; add it',
    ],
    [
      'certificates that outlive their CA',
      [['primary: dc1', 'primary: dc1\ntls: { days: 3650 }']],
      '2:14 tls.days: certificates of 3650 days would outlive their CA of 1825 days; write fewer days, or more ca_days',
    ],
    [
      'a CA that ends before its certificates',
      [['primary: dc1', 'primary: dc1\ntls: { ca_days: 90 }']],
      '2:17 tls.ca_days: certificates of 365 days would outlive their CA of 90 days; write fewer days, or more ca_days',
    ],
  ],
}

for (const [subject, list] of Object.entries(cases)) {
  describe(subject, () => {
    it.each(list)('refuses %s', (_, changes, expected) => {
      expect(problemsIn(changed(...changes))).toEqual(expected.split('|'))
    })
  })
}

describe('what is allowed', () => {
  const allowed: readonly [title: string, changes: readonly Change[]][] = [
    ['a gateway beside a server', [['agent: dc2-c1', 'agent: dc2-s1']]],
    [
      'two gateways behind one load balancer',
      [
        [
          'agent: dc1-c1 }',
          'agent: dc1-c1, wan: gw.example.com:443 }\n      - { name: dc1-gw2, agent: dc1-c1, port: 9443, wan: gw.example.com:443 }',
        ],
      ],
    ],
    [
      'one network in two datacenters, reached through tunnels',
      [['address: 10.1.0.1', 'address: 10.0.0.1, api: { url: "http://127.0.0.1:18500" }']],
    ],
    [
      'one name and one address in two datacenters, from the version on that can',
      [['name: dc2-s1, address: 10.1.0.1', 'name: dc1-s1, address: 10.0.0.1, api: { url: "http://127.0.0.1:18500" }']],
    ],
    [
      'no gateway and no TLS with WAN gossip',
      [
        ['primary: dc1', 'primary: dc1\nvia: wan-gossip\ntls: { enabled: false }'],
        ['    gateways:\n      - { name: dc2-gw1, agent: dc2-c1 }\n', ''],
      ],
    ],
    ['gateways with WAN gossip, on the way to them', [['primary: dc1', 'primary: dc1\nvia: wan-gossip']]],
    [
      'two agents at one address on different ports',
      [['address: 10.0.0.9', 'address: 10.0.0.1, ports: { dns: 8610, http: 8510, serf_lan: 8311 }']],
    ],
    ['an agent that listens everywhere', [['address: 10.0.0.1', 'address: 10.0.0.1, bind_addr: 0.0.0.0']]],
    [
      'templates for what the agent binds and advertises',
      [
        [
          'address: 10.0.0.1',
          `address: 10.0.0.1, bind_addr: '{{ GetInterfaceIP "ens3" }}', wan_address: '{{ GetPublicIP }}'`,
        ],
      ],
    ],
    [
      'go-discover strings and IPv6 as primary gateways',
      [['name: dc2\n', 'name: dc2\n    primary_gateways: ["provider=aws tag_key=gateway", "[2001:db8::1]:8443"]\n']],
    ],
    ['gRPC over TLS where the version has it', [['address: 10.0.0.9', 'address: 10.0.0.9, ports: { grpc_tls: 8503 }']]],
    [
      'an agent without ports of servers, as a client is one',
      [['address: 10.0.0.9', 'address: 10.0.0.9, ports: { serf_wan: -1, server: -1 }']],
    ],
    [
      'versions of Enterprise and release candidates',
      [
        ['consul: 1.17.3', 'consul: 1.17.3+ent'],
        ['consul: 1.17.3\n', 'consul: 1.18.0-rc1\n'],
      ],
    ],
    [
      'one datacenter, to begin with',
      [
        [
          /name: dc2[^]*/.exec(changed())?.[0] ?? '',
          'name: dc2\n    consul: 2.1.0\n    servers: [{ name: s, address: 10.9.0.1 }]\n    gateways: [{ name: g, agent: s }]\n',
        ],
      ],
    ],
  ]

  it.each(allowed)('%s', (_, changes) => {
    expect(problemsIn(changed(...changes))).toEqual([])
  })
})
