import {describe, expect, it} from 'vitest'

import type {Agent, Federation} from '../../../src/federation/model.js'
import {parseFederation} from '../../../src/federation/parse.js'
import {type Change, changed, smallFederation} from './small-federation.js'

const file = '/srv/consul/federation.yaml'

function parse(...changes: readonly Change[]): Federation {
  return parseFederation(changed(...changes), file)
}

function firstServer(...changes: readonly Change[]): Agent | undefined {
  return parse(...changes).datacenters[0]?.servers[0]
}

describe('a small file', () => {
  const federation = parseFederation(smallFederation, file)

  it('gets every default of the federation', () => {
    const {datacenters, ...settings} = federation
    expect(datacenters).toHaveLength(2)
    expect(settings).toEqual({
      acl: {
        anonymous: 'read',
        defaultPolicy: 'deny',
        downPolicy: 'extend-cache',
        enabled: true,
        tokenReplication: true,
      },
      agent: {logLevel: 'info', translateWanAddrs: false},
      domain: 'consul',
      file,
      gossip: {encryption: true},
      primary: 'dc1',
      suppressions: [],
      tls: {
        caDays: 1825,
        caFile: '/srv/consul/pki/ca.pem',
        caKeyFile: '/srv/consul/pki/ca-key.pem',
        days: 365,
        enabled: true,
      },
      via: 'mesh-gateways',
      workspace: '/srv/consul',
    })
  })

  it('gets every default of a datacenter, an agent and a gateway', () => {
    const ports = {dns: 8600, grpc: -1, grpcTls: -1, http: 8500, https: -1, serfLan: 8301, serfWan: 8302, server: 8300}
    expect(federation.datacenters[1]).toEqual({
      clients: [
        {
          address: '10.1.0.9',
          api: {token: {from: 'default'}, url: 'http://10.1.0.9:8500'},
          datacenter: 'dc2',
          host: 'manual',
          id: 'dc2/dc2-c1',
          kind: 'client',
          name: 'dc2-c1',
          ports: {...ports, grpc: 8502},
        },
      ],
      consul: '1.17.3',
      gateways: [
        {
          address: '10.1.0.9',
          agent: 'dc2-c1',
          datacenter: 'dc2',
          host: 'manual',
          id: 'dc2/dc2-gw1',
          name: 'dc2-gw1',
          port: 8443,
          service: 'mesh-gateway',
          wanAddress: '10.1.0.9',
          wanPort: 8443,
        },
      ],
      isPrimary: false,
      name: 'dc2',
      primaryGateways: ['10.0.0.9:8443'],
      servers: [
        {
          address: '10.1.0.1',
          api: {token: {from: 'default'}, url: 'http://10.1.0.1:8500'},
          datacenter: 'dc2',
          host: 'manual',
          id: 'dc2/dc2-s1',
          kind: 'server',
          name: 'dc2-s1',
          ports,
        },
      ],
    })
  })

  it('has one primary, which is not told its own gateways', () => {
    expect(federation.datacenters.map(({isPrimary, primaryGateways}) => [isPrimary, primaryGateways])).toEqual([
      [true, []],
      [false, ['10.0.0.9:8443']],
    ])
  })
})

it('takes every setting over', () => {
  const federation = parse(
    [
      'primary: dc1\n',
      `primary: dc2
domain: example.org.
via: wan-gossip
mesh_gateway_mode: remote
tls: { enabled: true, ca_file: /etc/ca.pem, ca_key_file: ../ca-key.pem, ca_days: 100, days: 30 }
acl: { enabled: false, default_policy: allow, down_policy: async-cache, token_replication: false, anonymous: none }
gossip: { encryption: false }
agent: { log_level: debug, raft_multiplier: 1, retry_interval: 1s, retry_interval_wan: 1m30s, translate_wan_addrs: true }
`,
    ],
    [
      'address: 10.0.0.1',
      'address: 10.0.0.1, wan_address: 203.0.113.7, bind_addr: 0.0.0.0, advertise_addr: 10.0.0.2, host: local, ports: { dns: 1, grpc: 2, grpc_tls: 3, http: 4, https: 5, serf_lan: 6, serf_wan: 7, server: 8 }',
    ],
    [
      'agent: dc1-c1',
      'agent: dc1-c1, address: 10.0.0.10, port: 9443, wan: "[2001:db8::1]:443", service: wan-gateway, envoy_admin: 127.0.0.1:19000, host: local',
    ],
  )
  expect(federation).toMatchObject({
    acl: {
      anonymous: 'none',
      defaultPolicy: 'allow',
      downPolicy: 'async-cache',
      enabled: false,
      tokenReplication: false,
    },
    agent: {
      logLevel: 'debug',
      raftMultiplier: 1,
      retryInterval: '1s',
      retryIntervalWan: '1m30s',
      translateWanAddrs: true,
    },
    domain: 'example.org',
    gossip: {encryption: false},
    meshGatewayMode: 'remote',
    primary: 'dc2',
    tls: {caDays: 100, caFile: '/etc/ca.pem', caKeyFile: '/srv/ca-key.pem', days: 30, enabled: true},
    via: 'wan-gossip',
  })
  expect(federation.datacenters[0]).toMatchObject({
    gateways: [
      {
        address: '10.0.0.10',
        envoyAdmin: '127.0.0.1:19000',
        host: 'local',
        port: 9443,
        service: 'wan-gateway',
        wanAddress: '2001:db8::1',
        wanPort: 443,
      },
    ],
    primaryGateways: ['10.1.0.9:8443'],
    servers: [
      {
        advertiseAddr: '10.0.0.2',
        bindAddr: '0.0.0.0',
        host: 'local',
        ports: {dns: 1, grpc: 2, grpcTls: 3, http: 4, https: 5, serfLan: 6, serfWan: 7, server: 8},
        wanAddress: '203.0.113.7',
      },
    ],
  })
})

describe('the gateways of the primary, for its secondaries', () => {
  const secondary = (...changes: readonly Change[]) => parse(...changes).datacenters[1]?.primaryGateways

  it('are their WAN addresses, with brackets around IPv6', () => {
    expect(secondary(['agent: dc1-c1', 'agent: dc1-c1, wan: gw1.example.com:443'])).toEqual(['gw1.example.com:443'])
    expect(secondary(['agent: dc1-c1', 'agent: dc1-c1, wan: "2001:db8::1"'])).toEqual(['[2001:db8::1]:8443'])
    expect(secondary(['agent: dc1-c1', 'agent: dc1-c1, wan: 203.0.113.7, port: 9443'])).toEqual(['203.0.113.7:9443'])
  })

  it('are what the file says where it says something', () => {
    expect(
      secondary(['name: dc2\n', 'name: dc2\n    primary_gateways: [gw.example.com:443, provider=aws tag_key=x]\n']),
    ).toEqual(['gw.example.com:443', 'provider=aws tag_key=x'])
  })
})

describe('the API of an agent', () => {
  it('over https has the port 8501, the CA of the federation and the name of the agent, and no http port', () => {
    const federation = parse(['primary: dc1', 'primary: dc1\ndomain: example.org\napi: { scheme: https }'])
    expect(federation.datacenters[1]?.servers[0]?.api).toEqual({
      caFile: '/srv/consul/pki/ca.pem',
      serverName: 'server.dc2.example.org',
      token: {from: 'default'},
      url: 'https://10.1.0.1:8501',
    })
    expect(federation.datacenters[1]?.clients[0]?.api.serverName).toBe('client.dc2.example.org')
    expect(federation.datacenters[1]?.servers[0]?.ports).toMatchObject({http: -1, https: 8501})
  })

  it('has brackets around an IPv6 address', () => {
    expect(firstServer(['address: 10.0.0.1', 'address: "2001:db8::1"'])?.api.url).toBe('http://[2001:db8::1]:8500')
  })

  it('has the port of the agent, wherever the file says it', () => {
    const all: Change = ['primary: dc1', 'primary: dc1\napi: { port: 8510 }']
    expect(firstServer(all)).toMatchObject({api: {url: 'http://10.0.0.1:8510'}, ports: {http: 8510}})
    expect(firstServer(all, ['address: 10.0.0.1', 'address: 10.0.0.1, ports: { http: 8520 }'])).toMatchObject({
      api: {url: 'http://10.0.0.1:8520'},
      ports: {http: 8520},
    })
  })

  it('is what the agent says before what its datacenter says, and that before what the federation says', () => {
    const federation = parse(
      ['primary: dc1', 'primary: dc1\napi: { ca_file: a.pem, token: { file: all.token }, server_name: all.example }'],
      ['name: dc1\n', 'name: dc1\n    api: { scheme: https, token: { env: DC1_TOKEN }, ca_file: b.pem }\n'],
      ['address: 10.0.0.1', 'address: 10.0.0.1, api: { token: workspace }'],
    )
    expect(federation.datacenters[0]?.servers[0]?.api).toEqual({
      caFile: '/srv/consul/b.pem',
      serverName: 'all.example',
      token: {from: 'workspace'},
      url: 'https://10.0.0.1:8501',
    })
    expect(federation.datacenters[0]?.clients[0]?.api.token).toEqual({from: 'env', name: 'DC1_TOKEN'})
    expect(federation.datacenters[1]?.servers[0]?.api).toMatchObject({
      token: {from: 'file', path: '/srv/consul/all.token'},
      url: 'http://10.1.0.1:8500',
    })
  })

  it('takes a client certificate and its key from one place', () => {
    const federation = parse(
      ['primary: dc1', 'primary: dc1\napi: { cert_file: a.pem, key_file: a-key.pem }'],
      ['address: 10.0.0.1', 'address: 10.0.0.1, api: { cert_file: b.pem, key_file: b-key.pem }'],
    )
    expect(federation.datacenters[0]?.servers[0]?.api).toMatchObject({
      certFile: '/srv/consul/b.pem',
      keyFile: '/srv/consul/b-key.pem',
    })
    expect(federation.datacenters[0]?.clients[0]?.api).toMatchObject({
      certFile: '/srv/consul/a.pem',
      keyFile: '/srv/consul/a-key.pem',
    })
  })

  it.each([
    ['https://127.0.0.1:18501', 'server.dc1.consul'],
    ['https://[::1]:18501', 'server.dc1.consul'],
    ['https://localhost:18501', 'server.dc1.consul'],
    ['https://consul.example.com', undefined],
  ])('at %s verifies the name %s', (url, serverName) => {
    const api = firstServer(['address: 10.0.0.1', `address: 10.0.0.1, api: { url: "${url}" }`])?.api
    expect(api).toMatchObject({caFile: '/srv/consul/pki/ca.pem', url})
    expect(api?.serverName).toBe(serverName)
  })

  it('at a URL leaves the ports of the agent alone', () => {
    const server = firstServer(['address: 10.0.0.1', 'address: 10.0.0.1, api: { url: "https://127.0.0.1:18501/" }'])
    expect(server).toMatchObject({api: {url: 'https://127.0.0.1:18501'}, ports: {http: 8500, https: -1}})
  })
})

describe('ports of an agent', () => {
  it('have no plain gRPC beside a gateway where there is gRPC over TLS', () => {
    const federation = parse(['address: 10.0.0.9', 'address: 10.0.0.9, ports: { grpc_tls: 8503 }'])
    expect(federation.datacenters[0]?.clients[0]?.ports).toMatchObject({grpc: -1, grpcTls: 8503})
  })

  it('have gRPC on a server where a gateway stands beside it', () => {
    expect(firstServer(['agent: dc1-c1', 'agent: dc1-s1'])?.ports.grpc).toBe(8502)
  })
})

it('inherits how changes reach nodes from the datacenter, and that from the federation', () => {
  const federation = parse(
    ['primary: dc1', 'primary: dc1\nhost: local'],
    ['name: dc1\n', 'name: dc1\n    host: manual\n'],
    ['agent: dc1-c1', 'agent: dc1-c1, host: local'],
  )
  const [first, second] = federation.datacenters
  expect([first?.servers[0]?.host, first?.gateways[0]?.host]).toEqual(['manual', 'local'])
  expect([second?.servers[0]?.host, second?.gateways[0]?.host]).toEqual(['local', 'local'])
})

it('reads nothing from the environment and leaves its notation as it is', () => {
  const notation = ['$HOME', '{CA}.pem'].join('/$')
  const federation = parse(['primary: dc1', `primary: dc1\ntls: { ca_file: "${notation}" }`])
  expect(federation.tls.caFile).toBe(`/srv/consul/${notation}`)
})

it('resolves a relative path of the file', () => {
  expect(parseFederation(smallFederation, 'federation.yaml').workspace).toBe(process.cwd())
})
