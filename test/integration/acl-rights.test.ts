import {randomUUID} from 'node:crypto'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterAll, beforeAll, describe, expect, it} from 'vitest'

import {applyAclChange} from '../../src/acl/apply-change.js'
import {observeAcl} from '../../src/acl/observed.js'
import {planAcl} from '../../src/acl/plan.js'
import {
  aclPolicies,
  aclPolicy,
  aclToken,
  agentSelf,
  autopilotHealth,
  catalogServices,
  federationStates,
  lanMembers,
  registerService,
  serviceHealth,
} from '../../src/consul/api.js'
import type {ConsulClient} from '../../src/consul/client.js'
import type {ServiceRegistration} from '../../src/consul/types.js'
import type {Federation} from '../../src/federation/model.js'
import {newGossipKey, Secrets} from '../../src/federation/secrets.js'
import {aDatacenter, aFederation, aServer} from '../fixtures/federation.js'
import {type RunningServer, Servers, until} from './acl-consul.js'

const management = randomUUID()
let consul: Servers
let server: RunningServer
let admin: ConsulClient
let workspace: string
let secrets: Secrets
let federation: Federation

/** A client with that token of the workspace. */
const as = (name: string): ConsulClient => consul.client(server.url, secrets.knownToken(name)?.secretId)

beforeAll(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'fedctl-acl-workspace-'))
  secrets = await Secrets.load(workspace)
  federation = aFederation({
    datacenters: [aDatacenter(1, {servers: [aServer('dc1', 'dc1-s1', '127.143.2.1')]}), aDatacenter(2)],
    workspace,
  })
  consul = await Servers.inTemporaryFolder()
  const {secretId} = await secrets.token('agent/dc1/dc1-s1')
  server = await consul.start({
    address: '127.143.2.1',
    extra: `connect { enabled = true } encrypt = "${newGossipKey()}"`,
    initialManagement: management,
    node: 'dc1-s1',
    tokens: `agent = "${secretId}"`,
  })
  admin = consul.client(server.url, management)
  await until('the management token resolves', async () => (await aclPolicies(admin)).length > 0)
  await until('autopilot has looked at the server', async () => (await autopilotHealth(admin)).Healthy)
  for (const change of planAcl(federation, secrets, await observeAcl(admin, federation, secrets))) {
    await applyAclChange(admin, change, secrets)
  }
})

afterAll(async () => {
  await consul.stop()
  await rm(workspace, {force: true, recursive: true})
})

const writeKey = async (client: ConsulClient) => client.request('/v1/kv/probe', {body: 'x', method: 'PUT'})

const catalogRegister = async (client: ConsulClient, Node: string) =>
  client.request('/v1/catalog/register', {body: {Address: '127.0.0.1', Node}, method: 'PUT'})

function gatewayService(Name: string): ServiceRegistration {
  return {
    Address: '127.143.2.21',
    Check: {Interval: '10s', Name: 'listening', TCP: '127.143.2.21:8443', Timeout: '1s'},
    ID: Name,
    Kind: 'mesh-gateway',
    Meta: {'consul-wan-federation': '1'},
    Name,
    Port: 8443,
    TaggedAddresses: {
      lan: {Address: '127.143.2.21', Port: 8443},
      wan: {Address: '127.143.2.21', Port: 8443},
    },
  }
}

const forbidden = {exitCode: 5, kind: 'forbidden'}

describe.each(['agent/dc1/dc1-s1', 'gateway', 'verifier', 'replication'])('token %s', (name) => {
  it('is global', async () => {
    expect((await aclToken(admin, secrets.knownToken(name)?.accessorId ?? '')).Local).toBe(false)
  })

  it('may not write keys', async () => {
    await expect(writeKey(as(name))).rejects.toMatchObject(forbidden)
  })

  it('may not read keys', async () => {
    await expect(as(name).request('/v1/kv/probe')).rejects.toMatchObject(forbidden)
  })

  it('may not read the gossip keys', async () => {
    await expect(as(name).request('/v1/operator/keyring')).rejects.toThrow(/denied by ACLs/)
  })
})

describe('the token of an agent', () => {
  it('lets the agent keep its own node in the catalog', async () => {
    await until('the node is in the catalog with what the agent knows of itself', async () => {
      const nodes = await admin.request<{Meta?: Record<string, string>; Node: string}[]>('/v1/catalog/nodes')
      return nodes.some(({Meta, Node}) => Node === 'dc1-s1' && Meta?.['consul-network-segment'] === '')
    })
    await catalogRegister(as('agent/dc1/dc1-c1'), 'dc1-c1')
  })

  it('lets it touch no other node', async () => {
    await expect(catalogRegister(as('agent/dc1/dc1-s1'), 'dc1-s2')).rejects.toMatchObject(forbidden)
    await expect(catalogRegister(as('agent/dc1/dc1-s1'), 'dc1-s11')).rejects.toMatchObject(forbidden)
    await expect(catalogRegister(as('agent/dc2/dc2-s1'), 'dc1-s1')).rejects.toMatchObject(forbidden)
  })

  it('lets it register no service and read no ACLs', async () => {
    await expect(registerService(as('agent/dc1/dc1-s1'), gatewayService('mesh-gateway'))).rejects.toMatchObject(
      forbidden,
    )
    await expect(aclPolicies(as('agent/dc1/dc1-s1'))).rejects.toMatchObject(forbidden)
  })
})

describe('the gateway token', () => {
  it('may register the gateway through an agent, and the catalog gets to know it', async () => {
    await registerService(as('gateway'), gatewayService('mesh-gateway'))
    await until('the gateway is in the catalog', async () => (await serviceHealth(admin, 'mesh-gateway')).length === 1)
    const [entry] = await serviceHealth(as('gateway'), 'mesh-gateway')
    expect(entry?.Service).toMatchObject({Kind: 'mesh-gateway', Meta: {'consul-wan-federation': '1'}})
  })

  it('may read what a gateway routes to: servers, nodes, services, its agent', async () => {
    expect(await serviceHealth(as('gateway'), 'consul')).toHaveLength(1)
    const nodes = await as('gateway').request<{Node: string}[]>('/v1/catalog/nodes')
    expect(nodes.map(({Node}) => Node)).toContain('dc1-s1')
    expect((await agentSelf(as('gateway'))).Config.NodeName).toBe('dc1-s1')
  })

  it('may register nothing else, and touch neither nodes nor the operator endpoints nor ACLs', async () => {
    await expect(registerService(as('gateway'), gatewayService('mesh-gateway-2'))).rejects.toMatchObject(forbidden)
    await expect(catalogRegister(as('gateway'), 'dc1-s1')).rejects.toMatchObject(forbidden)
    await expect(autopilotHealth(as('gateway'))).rejects.toMatchObject(forbidden)
    await expect(aclPolicies(as('gateway'))).rejects.toMatchObject(forbidden)
  })
})

describe('the verifier token', () => {
  it('may read everything that verification reads', async () => {
    const verifier = as('verifier')
    expect((await lanMembers(verifier)).map(({Name}) => Name)).toEqual(['dc1-s1'])
    expect((await agentSelf(verifier)).Config.NodeName).toBe('dc1-s1')
    expect((await autopilotHealth(verifier)).Healthy).toBe(true)
    expect(Object.keys(await catalogServices(verifier))).toContain('consul')
    await verifier.request('/v1/operator/raft/configuration')
    await federationStates(verifier)
    const replication = (await aclPolicies(verifier)).find(({Name}) => Name === 'fedctl-replication')
    expect((await aclPolicy(verifier, replication?.ID ?? '')).Rules).toContain('operator = "write"')
  })

  it('sees no secret of another token', async () => {
    const {accessorId = ''} = secrets.knownToken('replication') ?? {}
    expect((await aclToken(as('verifier'), accessorId)).SecretID).toBe('<hidden>')
  })

  it('may change nothing: no node, no service, no ACL, no agent', async () => {
    const verifier = as('verifier')
    await expect(catalogRegister(verifier, 'dc1-s1')).rejects.toMatchObject(forbidden)
    await expect(registerService(verifier, gatewayService('mesh-gateway'))).rejects.toMatchObject(forbidden)
    await expect(verifier.request('/v1/acl/policy', {body: {Name: 'x'}, method: 'PUT'})).rejects.toMatchObject(
      forbidden,
    )
    await expect(verifier.request('/v1/agent/reload', {method: 'PUT'})).rejects.toMatchObject(forbidden)
    await expect(verifier.request('/v1/connect/ca/configuration')).rejects.toMatchObject(forbidden)
  })
})

describe('the replication token', () => {
  it('sees the secrets that token replication copies, and the policies', async () => {
    const replication = as('replication')
    const verifier = secrets.knownToken('verifier')
    expect((await aclToken(replication, verifier?.accessorId ?? '')).SecretID).toBe(verifier?.secretId)
    expect((await aclPolicies(replication)).length).toBeGreaterThan(1)
  })

  it('may write what the operator may, which publishing gateways and signing the Connect CA ask for, and read services', async () => {
    const replication = as('replication')
    await federationStates(replication)
    await replication.request('/v1/connect/ca/configuration')
    expect(Object.keys(await catalogServices(replication))).toContain('consul')
  })

  it('may touch neither nodes nor services', async () => {
    await expect(catalogRegister(as('replication'), 'dc1-s1')).rejects.toMatchObject(forbidden)
    await expect(registerService(as('replication'), gatewayService('mesh-gateway'))).rejects.toMatchObject(forbidden)
  })
})

describe('requests without a token', () => {
  const nobody = () => consul.client(server.url)
  const readable = async () => ({
    nodes: (await nobody().request<unknown[]>('/v1/catalog/nodes')).length,
    services: Object.keys(await catalogServices(nobody())).length,
  })

  it('read nodes and services where the file says read, and nothing more', async () => {
    const {nodes, services} = await readable()
    expect(nodes).toBeGreaterThan(0)
    expect(services).toBeGreaterThan(0)
    await expect(nobody().request('/v1/kv/probe')).rejects.toMatchObject(forbidden)
    await expect(agentSelf(nobody())).rejects.toMatchObject(forbidden)
  })

  it('read nothing where the file says none', async () => {
    const closed = {...federation, acl: {...federation.acl, anonymous: 'none' as const}}
    for (const change of planAcl(closed, secrets, await observeAcl(admin, closed, secrets))) {
      await applyAclChange(admin, change, secrets)
    }
    await until('the anonymous token has lost its rights', async () => (await readable()).nodes === 0)
    expect(await readable()).toEqual({nodes: 0, services: 0})
  })
})
