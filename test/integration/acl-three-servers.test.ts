import {randomUUID} from 'node:crypto'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterAll, beforeAll, describe, expect, it} from 'vitest'

import {applyAclChange} from '../../src/acl/apply-change.js'
import {observeAcl} from '../../src/acl/observed.js'
import {planAcl} from '../../src/acl/plan.js'
import {type AclServer, onFirstReachable} from '../../src/acl/servers.js'
import {aclStatus} from '../../src/acl/status.js'
import {waitForToken} from '../../src/acl/wait-for-token.js'
import {aclPolicies, statusLeader} from '../../src/consul/api.js'
import type {Federation} from '../../src/federation/model.js'
import {Secrets} from '../../src/federation/secrets.js'
import {systemClock} from '../../src/system/clock.js'
import {aDatacenter, aFederation, aServer} from '../fixtures/federation.js'
import {type RunningServer, Servers, until} from './acl-consul.js'

const addresses = ['127.143.4.1', '127.143.4.2', '127.143.4.3']
let consul: Servers
let running: RunningServer[]
let servers: AclServer[]
let federation: Federation
let secrets: Secrets
let workspace: string

beforeAll(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'fedctl-acl-workspace-'))
  secrets = await Secrets.load(workspace)
  federation = aFederation({
    datacenters: [aDatacenter(1, {servers: addresses.map((address, n) => aServer('dc1', `dc1-s${n + 1}`, address))})],
    workspace,
  })
  const {secretId} = await secrets.token('management')
  consul = await Servers.inTemporaryFolder()
  running = await Promise.all(
    addresses.map(async (address, n) =>
      consul.start({address, initialManagement: secretId, join: addresses, node: `dc1-s${n + 1}`, servers: 3}),
    ),
  )
  servers = consul.asAclServers(running, secretId)
  await until('every server answers with the management token', async () => {
    const answers = await Promise.all(servers.map(async ({client}) => aclPolicies(client)))
    return answers.every((policies) => policies.length > 0)
  })
})

afterAll(async () => {
  await consul.stop()
  await rm(workspace, {force: true, recursive: true})
})

/** Position of the server that does not lead and of the one that does. */
async function aFollower(): Promise<number> {
  const [first] = servers
  const leader = first ? await statusLeader(first.client) : ''
  return addresses.findIndex((address) => !leader.startsWith(`${address}:`))
}

/** Stops a server's process in its tracks for as long as `work` takes. */
async function whileFrozen<T>(server: RunningServer | undefined, work: () => Promise<T>): Promise<T> {
  server?.process.kill('SIGSTOP')
  try {
    return await work()
  } finally {
    server?.process.kill('SIGCONT')
  }
}

const within = (withinMs: number) => ({clock: systemClock, withinMs})

describe('three servers', () => {
  it('get the plan applied through whichever of them is asked, followers too', async () => {
    for (const server of servers) {
      const one = aFederation({
        ...federation,
        acl: {...federation.acl, anonymous: server === servers[0] ? 'read' : 'none'},
      })
      const observed = await observeAcl(server.client, one, secrets)
      for (const change of planAcl(one, secrets, observed)) await applyAclChange(server.client, change, secrets)
      expect(planAcl(one, secrets, await observeAcl(server.client, one, secrets))).toEqual([])
    }
    const observed = await onFirstReachable(servers, (client) => observeAcl(client, federation, secrets))
    for (const change of planAcl(federation, secrets, observed)) {
      await onFirstReachable(servers, (client) => applyAclChange(client, change, secrets))
    }
  })
})

describe('waitForToken', () => {
  it('ends once every server knows the token', async () => {
    const token = {name: 'verifier', secretId: (await secrets.token('verifier')).secretId}
    await waitForToken(servers, token, within(10_000))
  })

  it('waits for a token that is made meanwhile, and says for whom it waits', async () => {
    const secretId = randomUUID()
    const waitedFor: (readonly string[])[] = []
    const waiting = waitForToken(
      servers,
      {name: 'late', secretId},
      {...within(10_000), onWait: (ids) => waitedFor.push(ids)},
    )
    await until('it has asked once', async () => waitedFor.length > 0)
    expect(waitedFor[0]).toEqual(['dc1/dc1-s1', 'dc1/dc1-s2', 'dc1/dc1-s3'])
    await servers[0]?.client.request('/v1/acl/token', {body: {SecretID: secretId}, method: 'PUT'})
    await waiting
  })

  it('names every server that does not know the token in the end', async () => {
    const refusal = waitForToken(servers, {name: 'nobody', secretId: randomUUID()}, within(300))
    await expect(refusal).rejects.toMatchObject({code: 'consul.refused'})
    await expect(refusal).rejects.toThrow(/token nobody .*dc1\/dc1-s1 .*dc1\/dc1-s2 .*dc1\/dc1-s3/)
  })

  it('asks each server itself: one that is frozen is missed although the leader knows the token', async () => {
    const behind = await aFollower()
    const secretId = randomUUID()
    await whileFrozen(running[behind], async () => {
      const other = servers.find((_server, n) => n !== behind)
      await other?.client.request('/v1/acl/token', {body: {SecretID: secretId}, method: 'PUT'})
      const refusal = waitForToken(servers, {name: 'fresh', secretId}, within(1000))
      await expect(refusal).rejects.toMatchObject({code: 'consul.unreachable'})
      await expect(refusal).rejects.toThrow(new RegExp(`everywhere: dc1/dc1-s${behind + 1} [^,]*$`))
    })
    await waitForToken(servers, {name: 'fresh', secretId}, within(20_000))
  })

  it('ends at once when it is cancelled', async () => {
    const controller = new AbortController()
    const options = {
      ...within(60_000),
      onWait: () => controller.abort(new Error('cancelled')),
      signal: controller.signal,
    }
    await expect(waitForToken(servers, {name: 'x', secretId: randomUUID()}, options)).rejects.toThrow()
    expect(controller.signal.aborted).toBe(true)
  })
})

describe('aclStatus', () => {
  it('finds everything in order after the plan was applied', async () => {
    const status = await aclStatus({federation, secrets, servers})
    expect(status).toMatchObject({anonymous: 'ok', enabled: true, schemaVersion: 1, unreadBecause: null})
    expect(status.datacenters).toEqual([
      {
        bootstrapped: 'yes',
        enabled: true,
        name: 'dc1',
        replication: null,
        servers: ['dc1/dc1-s1', 'dc1/dc1-s2', 'dc1/dc1-s3'].map((id) => ({id, state: 'on'})),
      },
    ])
    expect(new Set(status.policies.map(({state}) => state))).toEqual(new Set(['ok']))
    expect(status.tokens.map(({name}) => name)).toContain('management')
    for (const token of status.tokens) expect(token).toMatchObject({state: 'ok', unknownTo: []})
    for (const token of status.tokens) expect(token.knownBy).toHaveLength(3)
  })

  it('holds no secret', async () => {
    const text = JSON.stringify(await aclStatus({federation, secrets, servers}))
    for (const secret of secrets.texts()) expect(text).not.toContain(secret)
  })

  it('shows what somebody changed, and what is missing', async () => {
    const {client} = servers[0] as AclServer
    const policies = await aclPolicies(client)
    const idOf = (name: string) => policies.find(({Name}) => Name === name)?.ID ?? ''
    await client.request(`/v1/acl/policy/${idOf('fedctl-gateway')}`, {
      body: {Name: 'fedctl-gateway', Rules: ''},
      method: 'PUT',
    })
    await client.request(`/v1/acl/policy/${idOf('fedctl-anonymous')}`, {method: 'DELETE'})
    await client.request(`/v1/acl/token/${secrets.knownToken('verifier')?.accessorId}`, {method: 'DELETE'})
    // Two servers learn of the deletion a moment after the leader.
    let status = await aclStatus({federation, secrets, servers})
    await until('no server knows the deleted token', async () => {
      status = await aclStatus({federation, secrets, servers})
      return status.tokens.find(({name}) => name === 'verifier')?.unknownTo.length === 3
    })
    const states = Object.fromEntries([...status.policies, ...status.tokens].map(({name, state}) => [name, state]))
    expect(states).toMatchObject({
      'fedctl-anonymous': 'missing',
      'fedctl-gateway': 'different',
      'fedctl-replication': 'ok',
      gateway: 'ok',
      verifier: 'missing',
    })
    expect(status.anonymous).toBe('different')
  })

  it('refuses a token that the operator supplied and Consul does not know', async () => {
    const supplied = consul.asAclServers(running, randomUUID())
    await expect(aclStatus({federation, secrets, servers: supplied})).rejects.toMatchObject({exitCode: 5})
  })

  it('says why nothing could be compared where there is no token at all', async () => {
    const status = await aclStatus({federation, secrets, servers: consul.asAclServers(running)})
    expect(status.unreadBecause).toContain('there is no token')
    expect(status.policies.every(({state}) => state === 'unread')).toBe(true)
  })

  it('reports a server that does not answer, and fails only where none does', async () => {
    const gone = {client: consul.client('http://127.143.4.99:8500'), datacenter: 'dc1', id: 'dc1/gone'}
    const status = await aclStatus({federation, secrets, servers: [gone, ...servers]})
    expect(status.datacenters[0]?.servers[0]).toMatchObject({id: 'dc1/gone', state: 'no-answer'})
    await expect(aclStatus({federation, secrets, servers: [gone]})).rejects.toMatchObject({exitCode: 4})
  })

  it('asks nothing where the file has ACLs off', async () => {
    const open = {...federation, acl: {...federation.acl, enabled: false}}
    expect(await aclStatus({federation: open, secrets, servers: []})).toMatchObject({datacenters: [], enabled: false})
  })
})
