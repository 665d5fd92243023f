import {readFile} from 'node:fs/promises'

import {expect, it} from 'vitest'

import {
  agentQuestion,
  catalogServersQuestion,
  publishedGatewaysQuestion,
  readAgentAnswer,
  wanServersQuestion,
} from '../../../src/adoption/questions.js'
import type {AgentSelf, FederationState, Member} from '../../../src/consul/types.js'

async function recorded<T>(name: string): Promise<T> {
  const url = new URL(`../../fixtures/recorded/consul-1.8.7/${name}.json`, import.meta.url)
  return JSON.parse(await readFile(url, 'utf8')) as T
}

it('reads what an agent of 1.8.7 runs with', async () => {
  const self = await recorded<AgentSelf>('agent-self')
  const answer = readAgentAnswer({...self, Stats: {serf_lan: {encrypted: 'true'}}})
  expect(agentQuestion.schema.parse(answer)).toEqual(answer)
  expect(answer).toMatchObject({
    facts: {datacenter: 'dc2', nodeName: 'dc2-s1', primaryDatacenter: 'dc1', server: true, version: '1.8.7'},
    gossipEncrypted: true,
  })
  expect(answer.otherCaForHttps).toBeUndefined()
})

it('reads ports, and another CA for https since 1.12', async () => {
  const self = await recorded<AgentSelf>('agent-self')
  const DebugConfig = {
    GRPCPort: -1,
    GRPCTLSPort: 8503,
    HTTPPort: 8500,
    HTTPSPort: -1,
    TLS: {HTTPS: {CAFile: '/public.pem'}, InternalRPC: {CAFile: '/consul.pem'}},
  }
  expect(readAgentAnswer({...self, DebugConfig})).toMatchObject({
    otherCaForHttps: true,
    ports: {grpc: -1, grpc_tls: 8503, http: 8500, https: -1},
  })
})

it('reads servers of the WAN pool without those that have left', async () => {
  const members = await recorded<Member[]>('wan-members')
  const servers = wanServersQuestion.read(members)
  expect(wanServersQuestion.schema.parse(servers)).toEqual(servers)
  expect(servers.map(({datacenter, name, status}) => `${datacenter}/${name} ${status}`)).toEqual(
    members
      .filter(({Status}) => Status !== 3)
      .map(({Name, Status, Tags}) => `${Tags.dc}/${Name.split('.')[0]} ${Status === 1 ? 'alive' : 'failed'}`),
  )
  expect(servers[0]).toMatchObject({acls: 'on', port: 8300, usesTls: true, version: '1.8.7', wanPort: 8302})
})

it('reads gateways of federation states with the address of their node', async () => {
  const gateways = publishedGatewaysQuestion.read(await recorded<FederationState[]>('federation-states'))
  expect(publishedGatewaysQuestion.schema.parse(gateways)).toEqual(gateways)
  expect(gateways).toMatchObject({
    dc1: [{gateway: {id: 'dc1-gw1', node: 'dc1-s1'}, nodeAddress: '127.44.1.1'}],
    dc2: [],
  })
})

it('reads the LAN address of a server also where the asked agent translates addresses', () => {
  const node = {
    Address: '203.0.113.1',
    Node: 'beta',
    ServiceMeta: {version: '1.17.3'},
    ServicePort: 8300,
    TaggedAddresses: {lan: '10.2.0.1', wan: '203.0.113.1'},
  }
  expect(catalogServersQuestion('dc2').read([node])).toEqual([
    {address: '10.2.0.1', name: 'beta', port: 8300, version: '1.17.3', wanAddress: '203.0.113.1'},
  ])
})
