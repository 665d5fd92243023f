import type {ConfigSecrets} from '../../../src/config/config-secrets.js'
import type {Agent, Federation} from '../../../src/federation/model.js'
import {aClient, aDatacenter, aFederation, aServer, standardPorts} from '../../fixtures/federation.js'

/** Values that nobody could take for secrets. */
export const fakeSecrets: Required<ConfigSecrets> = {
  agentToken: '00000000-0000-0000-0000-00000000a9e7',
  gossipKey: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=',
  initialManagementToken: '00000000-0000-0000-0000-0000000b0075',
  replicationToken: '00000000-0000-0000-0000-000000005e71',
}

export type Role = 'client' | 'primary-server' | 'secondary-server'

export const roles: readonly Role[] = ['primary-server', 'secondary-server', 'client']

/** The agent of `aFederation` or `aFullFederation` that stands for a role; the client is one of the secondary. */
export function agentFor(federation: Federation, role: Role): Agent {
  const datacenter = federation.datacenters[role === 'primary-server' ? 0 : 1]
  const agent = role === 'client' ? datacenter?.clients[0] : datacenter?.servers[0]
  if (!agent) throw new Error(`no ${role}`)
  return agent
}

/** Two datacenters of that version, with one server each. */
export function aFederationOf(consul: string, overrides: Partial<Federation> = {}): Federation {
  return aFederation({datacenters: [aDatacenter(1, {consul}), aDatacenter(2, {consul})], ...overrides})
}

/** Everything that the model can say, on addresses outside of loopback: three servers each, floating addresses, ports of their own. */
export function aFullFederation(consul: string, overrides: Partial<Federation> = {}): Federation {
  return aFederation({
    agent: {
      logLevel: 'warn',
      raftMultiplier: 1,
      retryInterval: '5s',
      retryIntervalWan: '10s',
      translateWanAddrs: true,
    },
    datacenters: [aFullDatacenter(1, consul), aFullDatacenter(2, consul)],
    domain: 'consul.example',
    meshGatewayMode: 'local',
    ...overrides,
  })
}

function aFullDatacenter(n: number, consul: string) {
  const name = `dc${n}`
  const ports = {...standardPorts, http: -1, https: 8501, serfLan: 9301, serfWan: 9302, server: 9300}
  const servers = [1, 2, 3].map((index) =>
    aServer(name, `${name}-s${index}`, `10.${n}.0.${index}`, {ports, wanAddress: `198.51.100.${n * 10 + index}`}),
  )
  const client = aClient(name, `${name}-c1`, `10.${n}.0.11`, {
    advertiseAddr: '{{ GetInterfaceIP "ens4" }}',
    bindAddr: '{{ GetInterfaceIP "ens3" }}',
    ports: {...standardPorts, grpc: 8502, serfLan: 9301},
  })
  return aDatacenter(n, {
    clients: [client],
    consul,
    primaryGateways: n === 1 ? [] : ['gw1.dc1.example:8443', 'gw2.dc1.example:8443'],
    servers,
  })
}
