import {describe, expect, it} from 'vitest'

import {changed, problemsIn, smallFederation} from './small-federation.js'

const server = '{ name: dc1-s1, address: 10.0.0.1 }'
const gateway = '{ name: dc1-gw1, agent: dc1-c1 }'
const top = 'primary: dc1\n'

/** What is changed in the small federation, and all that is said about it. */
const cases: Record<string, readonly [title: string, from: string, to: string, expected: string][]> = {
  'names of datacenters': [
    [
      'an underscore',
      'name: dc2',
      'name: dc_2',
      '11:11 datacenters[1].name: "dc_2" has an underscore, which the names in certificates cannot have; write "dc-2"',
    ],
    [
      'capitals',
      'name: dc2',
      'name: DC2',
      '11:11 datacenters[1].name: "DC2" has capital letters, and Consul makes small ones of them; write "dc2"',
    ],
    [
      'a hyphen at the end',
      'name: dc2',
      'name: dc2-',
      '11:11 datacenters[1].name: "dc2-" cannot be the name of a datacenter; write small letters, digits and hyphens, such as "dc1"',
    ],
    [
      '64 characters',
      'name: dc2',
      `name: ${'d'.repeat(64)}`,
      `11:11 datacenters[1].name: "${'d'.repeat(60)}…" has 64 characters, and DNS allows 63; shorten it`,
    ],
    [
      'a number',
      'name: dc2',
      'name: 2',
      '11:11 datacenters[1].name: 2 is a number here, not text; put it in quotes: "2"',
    ],
  ],
  suppressions: [
    [
      'a day that there is not',
      top,
      `${top}verify: { suppress: [{ check: raft.tolerance, reason: a test bed, until: 2027-02-30 }] }\n`,
      '2:74 verify.suppress[0].until: "2027-02-30" is not a day; write it as 2027-01-31',
    ],
    [
      'one for ever',
      top,
      `${top}verify: { suppress: [{ check: raft.tolerance, reason: a test bed }] }\n`,
      '2:22 verify.suppress[0].until: is missing; write for example until: 2027-01-31',
    ],
    [
      'one without a reason',
      top,
      `${top}verify: { suppress: [{ check: raft.tolerance, reason: "", until: 2027-01-31 }] }\n`,
      '2:55 verify.suppress[0].reason: empty; write why the finding is accepted',
    ],
  ],
  installations: [
    [
      'a relative folder',
      top,
      'primary: dc1\ninstall: { config_dir: etc/consul.d }\n',
      '2:24 install.config_dir: "etc/consul.d" is not the whole path of a folder; write for example "/etc/consul.d"',
    ],
    [
      'a folder that goes up',
      top,
      'primary: dc1\ninstall: { data_dir: /opt/../consul }\n',
      '2:22 install.data_dir: "/opt/../consul" is not the whole path of a folder; write for example "/etc/consul.d"',
    ],
    [
      'a user with a blank',
      server,
      '{ name: dc1-s1, address: 10.0.0.1, install: { user: con sul } }',
      '6:61 datacenters[0].servers[0].install.user: "con sul" cannot be the name of a user or group; write for example "consul"',
    ],
    [
      'a unit with its ending',
      top,
      'primary: dc1\ninstall: { service: consul.service }\n',
      '2:21 install.service: "consul.service" cannot be the name of a systemd unit; write it without .service, such as "consul"',
    ],
  ],
  'names of nodes': [
    [
      'a dot',
      server,
      '{ name: s1.dc1.example.com, address: 10.0.0.1 }',
      '6:17 datacenters[0].servers[0].name: "s1.dc1.example.com" has a dot, and names with dots break gossip through mesh gateways; write "s1"',
    ],
    [
      'a slash',
      server,
      '{ name: a/b, address: 10.0.0.1 }',
      '6:17 datacenters[0].servers[0].name: "a/b" has a slash, which Consul refuses; write "a-b"',
    ],
    [
      'an underscore',
      server,
      '{ name: dc1_s1, address: 10.0.0.1 }',
      '6:17 datacenters[0].servers[0].name: "dc1_s1" has an underscore, which the names in certificates cannot have; write "dc1-s1"',
    ],
    [
      'nothing but a dot',
      server,
      '{ name: ".", address: 10.0.0.1 }',
      '6:17 datacenters[0].servers[0].name: "." has a dot, and names with dots break gossip through mesh gateways; write letters, digits and hyphens, such as "dc1-s1"',
    ],
    [
      'a blank',
      server,
      '{ name: dc1 s1, address: 10.0.0.1 }',
      '6:17 datacenters[0].servers[0].name: "dc1 s1" cannot be the name of a node; write letters, digits and hyphens, such as "dc1-s1"',
    ],
    [
      'no text',
      server,
      '{ name: "", address: 10.0.0.1 }',
      '6:17 datacenters[0].servers[0].name: "" cannot be the name of a node; write letters, digits and hyphens, such as "dc1-s1"',
    ],
    [
      'a text from elsewhere',
      server,
      '{ name: зерно, address: 10.0.0.1 }',
      '6:17 datacenters[0].servers[0].name: "зерно" cannot be the name of a node; write letters, digits and hyphens, such as "dc1-s1"',
    ],
    [
      'dots, of a service',
      gateway,
      '{ name: dc1-gw1, agent: dc1-c1, service: mesh.gateway }',
      '10:50 datacenters[0].gateways[0].service: "mesh.gateway" cannot be the name of a service; write letters, digits and hyphens, such as "mesh-gateway"',
    ],
  ],
  addresses: [
    [
      'a host name',
      'address: 10.0.0.1',
      'address: s1.example.com',
      '6:34 datacenters[0].servers[0].address: "s1.example.com" is a name; write the IP address that it stands for, such as 10.0.0.1',
    ],
    [
      'a port',
      'address: 10.0.0.1',
      'address: 10.0.0.1:8500',
      '6:34 datacenters[0].servers[0].address: "10.0.0.1:8500" has brackets or a port; write the IP address alone, such as 10.0.0.1',
    ],
    [
      'brackets',
      'address: 10.0.0.1',
      "address: '[2001:db8::1]'",
      '6:34 datacenters[0].servers[0].address: "[2001:db8::1]" has brackets or a port; write the IP address alone, such as 10.0.0.1',
    ],
    [
      'a prefix length',
      'address: 10.0.0.1',
      'address: 10.0.0.1/24',
      '6:34 datacenters[0].servers[0].address: "10.0.0.1/24" is not an address of one machine; write it without a prefix length, such as 10.0.0.1',
    ],
    [
      'a number above 255',
      'address: 10.0.0.1',
      'address: 10.0.0.300',
      '6:34 datacenters[0].servers[0].address: "10.0.0.300" is not an IP address; write for example 10.0.0.1',
    ],
    [
      'a leading zero',
      'address: 10.0.0.1',
      'address: 10.0.0.01',
      '6:34 datacenters[0].servers[0].address: "10.0.0.01" is not an IP address; write for example 10.0.0.1',
    ],
    [
      'a zone',
      'address: 10.0.0.1',
      'address: "fe80::1%eth0"',
      '6:34 datacenters[0].servers[0].address: "fe80::1%eth0" is not an IP address; write for example 10.0.0.1',
    ],
    [
      'every IPv4 address',
      'address: 10.0.0.1',
      'address: 0.0.0.0',
      '6:34 datacenters[0].servers[0].address: "0.0.0.0" means every address; write the one at which others reach it',
    ],
    [
      'every IPv6 address',
      'address: 10.0.0.1',
      'address: "::"',
      '6:34 datacenters[0].servers[0].address: "::" means every address; write the one at which others reach it',
    ],
    [
      'multicast',
      'address: 10.0.0.1',
      'address: 224.0.0.1',
      '6:34 datacenters[0].servers[0].address: "224.0.0.1" is a multicast address; write that of one machine',
    ],
    [
      'a template',
      'address: 10.0.0.1',
      "address: '{{ GetPrivateIP }}'",
      '6:34 datacenters[0].servers[0].address: "{{ GetPrivateIP }}" is not an IP address; write for example 10.0.0.1',
    ],
    [
      'every address, advertised',
      'address: 10.0.0.1',
      'address: 10.0.0.1, advertise_addr: 0.0.0.0',
      '6:60 datacenters[0].servers[0].advertise_addr: "0.0.0.0" means every address; write the one at which others reach it',
    ],
    [
      'half a template',
      'address: 10.0.0.1',
      "address: 10.0.0.1, wan_address: '{{ GetPrivateIP'",
      `6:57 datacenters[0].servers[0].wan_address: "{{ GetPrivateIP" is not a whole template; write for example '{{ GetInterfaceIP "ens3" }}'`,
    ],
    [
      'a name to bind to',
      'address: 10.0.0.1',
      'address: 10.0.0.1, bind_addr: ens3',
      '6:55 datacenters[0].servers[0].bind_addr: "ens3" is a name; write the IP address that it stands for, such as 10.0.0.1',
    ],
  ],
  endpoints: [
    [
      'a WAN name without a port',
      gateway,
      '{ name: dc1-gw1, agent: dc1-c1, wan: gw1.example.com }',
      '10:46 datacenters[0].gateways[0].wan: "gw1.example.com" has no port; write "gw1.example.com:8443"',
    ],
    [
      'a port above 65535',
      gateway,
      '{ name: dc1-gw1, agent: dc1-c1, wan: gw1.example.com:84430 }',
      '10:46 datacenters[0].gateways[0].wan: "gw1.example.com:84430" is not host:port; write for example "gw1.example.com:8443" or "[2001:db8::1]:8443"',
    ],
    [
      'a URL',
      gateway,
      '{ name: dc1-gw1, agent: dc1-c1, wan: https://gw1.example.com:8443 }',
      '10:46 datacenters[0].gateways[0].wan: "https://gw1.example.com:8443" is not host:port; write for example "gw1.example.com:8443" or "[2001:db8::1]:8443"',
    ],
    [
      'IPv6 and a port without brackets',
      gateway,
      '{ name: dc1-gw1, agent: dc1-c1, wan: "2001:db8:0:0:0:0:0:1:8443" }',
      '10:46 datacenters[0].gateways[0].wan: "2001:db8:0:0:0:0:0:1:8443" is an IPv6 address without brackets; write for example "[2001:db8::1]:8443"',
    ],
    [
      'every address',
      gateway,
      '{ name: dc1-gw1, agent: dc1-c1, wan: 0.0.0.0:8443 }',
      '10:46 datacenters[0].gateways[0].wan: "0.0.0.0" means every address; write the one at which others reach it',
    ],
    [
      'a mistyped address',
      gateway,
      '{ name: dc1-gw1, agent: dc1-c1, wan: 10.0.0.300:8443 }',
      '10:46 datacenters[0].gateways[0].wan: "10.0.0.300:8443" names neither an IP address nor a DNS name',
    ],
    [
      'a primary gateway without a port',
      'name: dc2\n',
      'name: dc2\n    primary_gateways: [10.0.0.9]\n',
      '12:24 datacenters[1].primary_gateways[0]: "10.0.0.9" has no port; write "10.0.0.9:8443"',
    ],
    [
      'no primary gateway',
      'name: dc2\n',
      'name: dc2\n    primary_gateways: []\n',
      '12:23 datacenters[1].primary_gateways: this list is empty; write for example primary_gateways: [gw1.dc1.example.com:8443]',
    ],
    [
      'an admin endpoint without a port',
      gateway,
      '{ name: dc1-gw1, agent: dc1-c1, envoy_admin: 127.0.0.1 }',
      '10:54 datacenters[0].gateways[0].envoy_admin: "127.0.0.1" has no port; write "127.0.0.1:8443"',
    ],
  ],
  versions: [
    [
      'an old one',
      'consul: 1.17.3',
      'consul: 1.7.14',
      '4:13 datacenters[0].consul: "1.7.14" cannot federate through mesh gateways; upgrade to 1.8.0 or newer',
    ],
    [
      'two parts, which YAML reads as a number',
      'consul: 1.17.3',
      'consul: 1.20',
      '4:13 datacenters[0].consul: 1.20 is a number, not text; write for example consul: 1.17.3',
    ],
    [
      'two parts in quotes',
      'consul: 1.17.3',
      'consul: "1.20"',
      '4:13 datacenters[0].consul: "1.20" is not a whole version; write all three parts, such as 1.20.0',
    ],
    [
      'a v before it',
      'consul: 1.17.3',
      'consul: v1.17.3',
      '4:13 datacenters[0].consul: "v1.17.3" is not a whole version; write 1.17.3',
    ],
    [
      'a word',
      'consul: 1.17.3',
      'consul: latest',
      '4:13 datacenters[0].consul: "latest" is not a whole version; write for example 1.17.3',
    ],
    ['none', 'consul: 1.17.3\n', 'consul:\n', '4:12 datacenters[0].consul: is empty; write for example consul: 1.17.3'],
    [
      'no such key',
      '    consul: 1.17.3\n',
      '',
      '3:5 datacenters[0].consul: is missing; write for example consul: 1.17.3',
    ],
  ],
  settings: [
    [
      'a domain with capitals',
      top,
      `${top}domain: Consul.Example\n`,
      '2:9 domain: "Consul.Example" has capital letters; write "consul.example"',
    ],
    [
      'a wrong domain',
      top,
      `${top}domain: .consul\n`,
      '2:9 domain: ".consul" is not a DNS domain; write for example "consul"',
    ],
    [
      'an unknown word',
      top,
      `${top}via: gateways\n`,
      '2:6 via: "gateways" is not known here; write mesh-gateways or wan-gossip',
    ],
    [
      'a near miss',
      top,
      `${top}via: mesh-gateway\n`,
      '2:6 via: "mesh-gateway" is not known here; did you mean "mesh-gateways"?',
    ],
    [
      'Consul spelling of a level',
      top,
      `${top}agent: { log_level: warning }\n`,
      '2:21 agent.log_level: "warning" is not known here; write trace, debug, info, warn or err',
    ],
    [
      'a duration without a unit',
      top,
      `${top}agent: { retry_interval: 30 }\n`,
      '2:26 agent.retry_interval: 30 is a number, not text; write for example retry_interval: 30s',
    ],
    [
      'a wrong unit',
      top,
      `${top}agent: { retry_interval: 1d }\n`,
      '2:26 agent.retry_interval: "1d" is not a duration; write a number and its unit, such as 30s or 1m30s',
    ],
    [
      'no time',
      top,
      `${top}agent: { retry_interval_wan: 0s }\n`,
      '2:30 agent.retry_interval_wan: "0s" is no time at all; write for example 30s',
    ],
    [
      'a multiplier out of range',
      top,
      `${top}agent: { raft_multiplier: 11 }\n`,
      '2:27 agent.raft_multiplier: 11 is out of range; write a number from 1 to 10',
    ],
    [
      'half a day',
      top,
      `${top}tls: { days: 0.5 }\n`,
      '2:14 tls.days: 0.5 is a number, not a whole number; write for example days: 365',
    ],
    [
      'a word for a boolean',
      top,
      `${top}tls: { enabled: yes }\n`,
      '2:17 tls.enabled: "yes" is text; write true or false',
    ],
    [
      'a path in the home',
      top,
      `${top}tls: { ca_file: ~/ca.pem }\n`,
      '2:17 tls.ca_file: "~/ca.pem" begins with ~, which is not expanded; write the whole path, or one relative to this file',
    ],
    [
      'an empty path',
      top,
      `${top}tls: { ca_key_file: "" }\n`,
      '2:21 tls.ca_key_file: "" is no path; write for example "pki/ca.pem"',
    ],
    [
      'a list for a section',
      top,
      `${top}acl: []\n`,
      '2:6 acl: this is a list; write a section with the keys enabled, default_policy, down_policy, token_replication, anonymous',
    ],
    [
      'an empty section',
      top,
      `${top}gossip:\n`,
      '2:8 gossip: is empty; write a section with the keys encryption, key_file, or remove the line',
    ],
    [
      'a server that is a word',
      server,
      'dc1-s1',
      '6:9 datacenters[0].servers[0]: "dc1-s1" is text; write a section with the keys name, address, wan_address, bind_addr, advertise_addr, ports, host, install, api',
    ],
    [
      'a port of 0',
      server,
      '{ name: dc1-s1, address: 10.0.0.1, ports: { dns: 0 } }',
      '6:58 datacenters[0].servers[0].ports.dns: 0 is no port; write 1 to 65535, or -1 for off',
    ],
    [
      'a port of 65536',
      server,
      '{ name: dc1-s1, address: 10.0.0.1, ports: { dns: 65536 } }',
      '6:58 datacenters[0].servers[0].ports.dns: 65536 is out of range; write a number from -1 to 65535',
    ],
    [
      'a gateway on port -1',
      gateway,
      '{ name: dc1-gw1, agent: dc1-c1, port: -1 }',
      '10:47 datacenters[0].gateways[0].port: -1 is out of range; write a number from 1 to 65535',
    ],
    [
      'a URL with a path',
      server,
      '{ name: dc1-s1, address: 10.0.0.1, api: { url: "http://10.0.0.1:8500/v1" } }',
      '6:56 datacenters[0].servers[0].api.url: "http://10.0.0.1:8500/v1" has more than scheme, host and port; write "http://10.0.0.1:8500"',
    ],
    [
      'a URL of another kind',
      server,
      '{ name: dc1-s1, address: 10.0.0.1, api: { url: 10.0.0.1:8500 } }',
      '6:56 datacenters[0].servers[0].api.url: "10.0.0.1:8500" is not a URL; write for example "https://10.0.0.1:8501"',
    ],
    [
      'an address as a name to verify',
      top,
      `${top}api: { server_name: 10.0.0.1 }\n`,
      '2:21 api.server_name: "10.0.0.1" is not a DNS name; write for example "server.dc1.consul"',
    ],
  ],
  keys: [
    [
      'a typing error',
      'address: 10.0.0.1',
      'adress: 10.0.0.1',
      '6:9 datacenters[0].servers[0].address: is missing; write for example address: 10.0.0.1|6:25 datacenters[0].servers[0].adress: unknown key; did you mean "address"?',
    ],
    [
      'another spelling',
      'address: 10.0.0.1',
      'address: 10.0.0.1, bindAddr: 10.0.0.1',
      '6:44 datacenters[0].servers[0].bindAddr: unknown key; did you mean "bind_addr"?',
    ],
    [
      'something else',
      top,
      `${top}retry_join_wan: [10.0.0.1]\n`,
      '2:1 retry_join_wan: unknown key "retry_join_wan"; known here: primary, domain, via, mesh_gateway_mode, tls, acl, gossip, agent, verify, api, host, install, datacenters',
    ],
    [
      'a merge key',
      server,
      '{ name: dc1-s1, address: 10.0.0.1, <<: { host: local } }',
      '6:44 datacenters[0].servers[0].<<: merge keys are not used in a federation file; write out what the alias stands for',
    ],
    [
      'the prototype',
      top,
      `${top}__proto__: { primary: dc2 }\n`,
      '2:1 __proto__: unknown key "__proto__"; known here: primary, domain, via, mesh_gateway_mode, tls, acl, gossip, agent, verify, api, host, install, datacenters',
    ],
    [
      'no server',
      '    servers:\n      - { name: dc2-s1, address: 10.1.0.1 }\n',
      '',
      '11:5 datacenters[1].servers: is missing; write for example servers: [{ name: dc1-s1, address: 10.0.0.1 }]',
    ],
  ],
}

it('has nothing against the federation that these tests change', () => {
  expect(problemsIn(smallFederation)).toEqual([])
})

for (const [subject, list] of Object.entries(cases)) {
  describe(subject, () => {
    it.each(list)('refuses %s', (_, from, to, expected) => {
      expect(problemsIn(changed([from, to]))).toEqual(expected.split('|'))
    })
  })
}
