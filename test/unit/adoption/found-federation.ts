import {failed} from '../../../src/observe/answer.js'
import type {AgentFacts, Answer} from '../../../src/observe/snapshot.js'
import type {AgentAnswer, Explored, FoundGateway, WanServer} from '../../../src/adoption/explored.js'

/** An API that nobody answers at. */
export const silent = (url: string): Answer<never> =>
  failed('unreachable', `GET ${url}/v1/agent/self: connect ECONNREFUSED`)

/** What a server of a federation through mesh gateways says of itself. */
export function anAgent(datacenter: string, nodeName: string, facts: Partial<AgentFacts> = {}): AgentAnswer {
  return {
    facts: {
      aclDefaultPolicy: 'deny',
      aclDownPolicy: 'extend-cache',
      aclEnabled: true,
      connectEnabled: true,
      datacenter,
      domain: 'consul',
      meshGatewayFederation: true,
      nodeName,
      primaryDatacenter: 'dc1',
      primaryGateways: datacenter === 'dc1' ? [] : ['198.51.100.9:8443'],
      server: true,
      tls: {ca: true, cert: true, verifyIncoming: true, verifyOutgoing: true, verifyServerHostname: true},
      tokenReplication: datacenter !== 'dc1',
      version: '1.17.3',
      ...facts,
    },
    gossipEncrypted: true,
    ports: {dns: 8600, grpc: -1, grpc_tls: 8503, http: 8500, https: -1, serf_lan: 8301},
  }
}

/** A server in the WAN pool, at its LAN address. */
export function aWanServer(
  datacenter: string,
  name: string,
  address: string,
  overrides: Partial<WanServer> = {},
): WanServer {
  return {
    acls: 'on',
    address,
    datacenter,
    name,
    port: 8300,
    status: 'alive',
    usesTls: true,
    version: '1.17.3',
    wanPort: 8302,
    ...overrides,
  }
}

/** A gateway as Envoy registers itself, with an address for other datacenters. */
export function aFoundGateway(node: string, nodeAddress: string, wan: string, id = 'mesh-gateway'): FoundGateway {
  return {
    gateway: {
      address: nodeAddress,
      checks: [],
      exposesServers: true,
      id,
      node,
      port: 8443,
      service: 'mesh-gateway',
      wan: {address: wan, port: 8443},
    },
    nodeAddress,
  }
}

/** dc1, the primary, and dc2, each with one server and two gateways, of which the one in dc2 stands on the server. All of it answers. */
export function aFoundFederation(overrides: Partial<Explored> = {}): Explored {
  const [one, two] = [anAgent('dc1', 'alpha'), anAgent('dc2', 'beta')]
  return {
    agents: {
      'dc1/alpha': {answer: {ok: true, value: one}, url: 'http://10.1.0.1:8500'},
      'dc2/beta': {answer: {ok: true, value: two}, url: 'http://10.2.0.1:8500'},
    },
    anonymousReads: true,
    catalog: {
      dc1: {ok: true, value: [{address: '10.1.0.1', name: 'alpha', port: 8300, version: '1.17.3'}]},
      dc2: {ok: true, value: [{address: '10.2.0.1', name: 'beta', port: 8300, version: '1.17.3'}]},
    },
    contact: one,
    datacenters: ['dc1', 'dc2'],
    gateways: {
      dc1: {
        ok: true,
        value: [
          aFoundGateway('edge-1', '10.1.0.9', '198.51.100.9'),
          aFoundGateway('edge-2', '10.1.0.10', '198.51.100.10'),
        ],
      },
      dc2: {ok: true, value: [aFoundGateway('beta', '10.2.0.1', '203.0.113.9')]},
    },
    replication: {
      dc2: {ok: true, value: {enabled: true, replicationType: 'tokens', running: true, sourceDatacenter: 'dc1'}},
    },
    wanMembers: [aWanServer('dc1', 'alpha', '10.1.0.1'), aWanServer('dc2', 'beta', '10.2.0.1')],
    ...overrides,
  }
}
