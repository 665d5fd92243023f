import {describe, expect, it} from 'vitest'

import {type AgentConfig, agentConfig} from '../../../src/config/agent-config.js'
import {nodeLayout} from '../../../src/config/node-layout.js'
import type {Agent, Federation} from '../../../src/federation/model.js'
import {aClient, aDatacenter, aFederation, aServer, standardPorts} from '../../fixtures/federation.js'
import {aFederationOf, aFullFederation, agentFor, fakeSecrets, type Role} from './federations.js'
import {keyPaths} from './key-paths.js'

function configOf(federation: Federation, agent: Agent): AgentConfig {
  return agentConfig(federation, agent, fakeSecrets, nodeLayout(federation, agent))
}

function configFor(federation: Federation, role: Role): AgentConfig {
  return configOf(federation, agentFor(federation, role))
}

/** A federation whose first primary server is as given. */
function withServer(overrides: Partial<Agent>, federation: Partial<Federation> = {}): AgentConfig {
  const server = aServer('dc1', 'dc1-s1', '10.1.0.1', overrides)
  return configOf(
    aFederation({datacenters: [aDatacenter(1, {servers: [server]}), aDatacenter(2)], ...federation}),
    server,
  )
}

describe('who an agent is', () => {
  it('names the primary datacenter on every agent', () => {
    for (const role of ['primary-server', 'secondary-server', 'client'] as const) {
      expect(configFor(aFederation(), role).primary_datacenter).toBe('dc1')
    }
  })

  it('expects as many servers as the datacenter has, on servers only', () => {
    expect(configFor(aFullFederation('1.17.3'), 'primary-server').bootstrap_expect).toBe(3)
    expect(configFor(aFullFederation('1.17.3'), 'client').bootstrap_expect).toBeUndefined()
  })
})

describe('addresses', () => {
  it('opens the API on the own address and on loopback of a host that is the agent’s own', () => {
    expect(withServer({}).client_addr).toBe('127.0.0.1 10.1.0.1')
  })

  it('leaves loopback alone where agents share this machine', () => {
    expect(withServer({host: 'local'}).client_addr).toBe('10.1.0.1')
  })

  it.each(['0.0.0.0', '::', '127.0.0.1'])('opens the API on %s alone, since that holds loopback', (bindAddr) => {
    expect(withServer({bindAddr}).client_addr).toBe(bindAddr)
  })

  it('advertises the address at which others reach an agent that binds to another', () => {
    expect(withServer({bindAddr: '0.0.0.0'})).toMatchObject({advertise_addr: '10.1.0.1', bind_addr: '0.0.0.0'})
  })

  it('advertises nothing of its own where the agent binds to its address', () => {
    expect(withServer({}).advertise_addr).toBeUndefined()
  })

  it('keeps go-sockaddr templates as they are', () => {
    const template = '{{ GetInterfaceIP "ens3" }}'
    expect(withServer({bindAddr: template})).toMatchObject({bind_addr: template, client_addr: `127.0.0.1 ${template}`})
  })

  it('names only ports that differ from those of the version', () => {
    expect(withServer({ports: {...standardPorts, grpcTls: 8503, serfLan: 9301}}).ports).toEqual({serf_lan: 9301})
    expect(withServer({ports: {...standardPorts, grpcTls: 8503}}).ports).toBeUndefined()
  })

  it('closes the gRPC TLS port of a server that is to have none', () => {
    expect(withServer({}).ports).toEqual({grpc_tls: -1})
  })
})

describe('joining', () => {
  it('joins the other servers of the datacenter, with the port where it is not Consul’s', () => {
    expect(configFor(aFullFederation('1.17.3'), 'primary-server').retry_join).toEqual([
      '10.1.0.2:9301',
      '10.1.0.3:9301',
    ])
    expect(configFor(aFederation(), 'client').retry_join).toEqual(['127.7.2.1'])
  })

  it('joins nobody where a server is alone', () => {
    expect(configFor(aFederation(), 'primary-server').retry_join).toBeUndefined()
  })

  it('puts IPv6 addresses into brackets', () => {
    const servers = [
      aServer('dc1', 's1', 'fd00::1'),
      aServer('dc1', 's2', 'fd00::2', {ports: {...standardPorts, serfLan: 9301}}),
    ]
    const federation = aFederation({datacenters: [aDatacenter(1, {servers}), aDatacenter(2)]})
    expect(configOf(federation, aClient('dc1', 'c1', 'fd00::11')).retry_join).toEqual(['[fd00::1]', '[fd00::2]:9301'])
  })

  it('gives the primary’s gateways to servers of a secondary only', () => {
    const federation = aFullFederation('1.17.3')
    const gateways = ['gw1.dc1.example:8443', 'gw2.dc1.example:8443']
    expect(configFor(federation, 'secondary-server')).toMatchObject({
      primary_gateways: gateways,
      primary_gateways_interval: '10s',
    })
    expect(configFor(federation, 'primary-server').primary_gateways).toBeUndefined()
    expect(configFor(federation, 'client').primary_gateways).toBeUndefined()
  })

  it('never joins the WAN by address where the gateways carry it', () => {
    expect(configFor(aFullFederation('1.17.3'), 'secondary-server').retry_join_wan).toBeUndefined()
  })

  it('joins the primary’s servers at their WAN addresses with via: wan-gossip, and asks for no gateways', () => {
    const config = configFor(aFullFederation('1.17.3', {via: 'wan-gossip'}), 'secondary-server')
    expect(config.retry_join_wan).toEqual(['198.51.100.11:9302', '198.51.100.12:9302', '198.51.100.13:9302'])
    expect(config).toMatchObject({primary_gateways: undefined, retry_interval_wan: '10s'})
  })

  it('joins the LAN address of a primary server whose WAN address is a template', () => {
    const servers = [aServer('dc1', 's1', '10.1.0.1', {wanAddress: '{{ GetPublicIP }}'})]
    const federation = aFederation({datacenters: [aDatacenter(1, {servers}), aDatacenter(2)], via: 'wan-gossip'})
    expect(configFor(federation, 'secondary-server').retry_join_wan).toEqual(['10.1.0.1'])
  })
})

describe('federation through mesh gateways', () => {
  it('is on with Connect on every server, and on no client', () => {
    const on = {enable_mesh_gateway_wan_federation: true, enabled: true}
    expect(configFor(aFederation(), 'primary-server').connect).toEqual(on)
    expect(configFor(aFederation(), 'secondary-server').connect).toEqual(on)
    expect(configFor(aFederation(), 'client').connect).toBeUndefined()
  })

  it('leaves Connect on for gateways that do not carry the federation, and off where there are none', () => {
    const federation = aFederation({via: 'wan-gossip'})
    expect(configFor(federation, 'secondary-server').connect).toEqual({enabled: true})
    const datacenters = [aDatacenter(1, {gateways: []}), aDatacenter(2, {gateways: []})]
    expect(configFor({...federation, datacenters}, 'secondary-server').connect).toBeUndefined()
  })

  it.each([
    ['1.9.8', undefined],
    ['1.10.0', false],
    ['1.10.1', false],
    ['1.10.2', undefined],
  ])('%s: use_streaming_backend is %s', (version, expected) => {
    expect(configFor(aFederationOf(version), 'client').use_streaming_backend).toBe(expected)
    expect(configFor(aFederationOf(version, {via: 'wan-gossip'}), 'client').use_streaming_backend).toBeUndefined()
  })

  it('turns central service configuration on in 1.8, where it is off by default', () => {
    expect(configFor(aFederationOf('1.8.7'), 'client').enable_central_service_config).toBe(true)
    expect(configFor(aFederationOf('1.9.0'), 'client').enable_central_service_config).toBeUndefined()
  })

  it('puts the mesh-gateway mode into the primary’s servers only', () => {
    const federation = aFederation({meshGatewayMode: 'remote'})
    expect(configFor(federation, 'primary-server').config_entries).toEqual({
      bootstrap: [{kind: 'proxy-defaults', mesh_gateway: {mode: 'remote'}, name: 'global'}],
    })
    expect(configFor(federation, 'secondary-server').config_entries).toBeUndefined()
    expect(configFor(federation, 'client').config_entries).toBeUndefined()
    expect(configFor(aFederation(), 'primary-server').config_entries).toBeUndefined()
  })
})

describe('ACLs', () => {
  it('gives the replication token to servers of a secondary only, and lets them replicate tokens', () => {
    expect(configFor(aFederation(), 'secondary-server').acl).toMatchObject({
      enable_token_replication: true,
      tokens: {agent: fakeSecrets.agentToken, replication: fakeSecrets.replicationToken},
    })
    for (const role of ['primary-server', 'client'] as const) {
      const acl = configFor(aFederation(), role).acl
      expect(acl?.enable_token_replication).toBeUndefined()
      expect(acl?.tokens.replication).toBeUndefined()
    }
  })

  it.each([
    ['1.10.11', 'master'],
    ['1.11.0', 'initial_management'],
  ] as const)('%s: calls the first management token %s', (version, name) => {
    const tokens = configFor(aFederationOf(version), 'primary-server').acl?.tokens
    expect(Object.entries(tokens ?? {}).filter(([, value]) => value === fakeSecrets.initialManagementToken)).toEqual([
      [name, fakeSecrets.initialManagementToken],
    ])
  })

  it('gives the first management token to no secondary and no client', () => {
    for (const role of ['secondary-server', 'client'] as const) {
      expect(JSON.stringify(configFor(aFederation(), role))).not.toContain(fakeSecrets.initialManagementToken)
    }
  })

  it('has no stanza and no token where ACLs are off', () => {
    const federation = aFederation({acl: {...aFederation().acl, enabled: false}})
    expect(configFor(federation, 'secondary-server').acl).toBeUndefined()
  })
})

describe('TLS', () => {
  const files = {
    ca_file: '/etc/consul.d/tls/ca.pem',
    cert_file: '/etc/consul.d/tls/agent.pem',
    key_file: '/etc/consul.d/tls/agent-key.pem',
  }

  it('stands at the top level up to 1.11', () => {
    const config = configFor(aFederationOf('1.11.11'), 'primary-server')
    expect(config).toMatchObject({
      ...files,
      verify_incoming_rpc: true,
      verify_outgoing: true,
      verify_server_hostname: true,
    })
    expect(config).not.toHaveProperty('tls')
  })

  it('stands in its stanza from 1.12 on', () => {
    const config = configFor(aFederationOf('1.12.9'), 'primary-server')
    expect(config.tls).toEqual({
      defaults: {...files, verify_outgoing: true},
      internal_rpc: {verify_incoming: true, verify_server_hostname: true},
    })
    expect(config).not.toHaveProperty('ca_file')
  })

  it.each(['1.8.7', '1.12.9', '1.13.9', '2.1.0'])(
    '%s: asks no caller of gRPC or HTTPS for a certificate',
    (version) => {
      const keys = keyPaths(configFor(aFullFederation(version), 'primary-server'))
      const rpcOnly = ['tls.internal_rpc.verify_incoming', 'verify_incoming_rpc']
      const asking = keys.filter((key) => key.includes('verify_incoming'))
      expect(asking).toHaveLength(1)
      expect(rpcOnly).toContain(asking[0])
    },
  )

  it('gives 1.13 no default certificate, which would turn TLS on for gRPC', () => {
    const {tls} = configFor(aFullFederation('1.13.9'), 'primary-server')
    expect(tls).toEqual({
      https: files,
      internal_rpc: {...files, verify_incoming: true, verify_outgoing: true, verify_server_hostname: true},
    })
    expect(configFor(aFederationOf('1.13.9'), 'primary-server').tls?.https).toBeUndefined()
  })

  it('lets a client verify, and ask nobody', () => {
    expect(configFor(aFederationOf('1.17.3'), 'client').tls?.internal_rpc).toEqual({verify_server_hostname: true})
    expect(configFor(aFederationOf('1.8.7'), 'client').verify_incoming_rpc).toBeUndefined()
  })

  it('is absent where it is off', () => {
    const off = {...aFederation().tls, enabled: false}
    const config = configFor(aFederation({tls: off, via: 'wan-gossip'}), 'primary-server')
    expect(Object.keys(config).filter((key) => /tls|_file|verify/.test(key))).toEqual([])
  })
})

describe('nodeLayout', () => {
  it('lets a local agent read its folder of the workspace and keep its data beside', () => {
    const agent = aServer('dc1', 'dc1-s1', '127.7.1.1', {host: 'local'})
    const layout = nodeLayout(aFederation({workspace: '/srv/lab'}), agent)
    expect(layout.configDir).toBe('/srv/lab/rendered/dc1/dc1-s1/etc/consul.d')
    expect(layout.keyFile).toBe('/srv/lab/rendered/dc1/dc1-s1/etc/consul.d/tls/agent-key.pem')
    expect(layout.dataDir).toBe('/srv/lab/.fedctl/run/dc1/dc1-s1/data')
  })
})
