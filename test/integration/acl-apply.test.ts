import {randomUUID} from 'node:crypto'
import {mkdtemp, rm, stat} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterAll, afterEach, beforeAll, describe, expect, it} from 'vitest'

import {applyAclChange} from '../../src/acl/apply-change.js'
import {desiredPolicies, desiredTokens} from '../../src/acl/desired.js'
import {observeAcl} from '../../src/acl/observed.js'
import {type AclChange, planAcl} from '../../src/acl/plan.js'
import {onFirstReachable} from '../../src/acl/servers.js'
import {aclPolicies, aclPolicy, aclToken} from '../../src/consul/api.js'
import type {ConsulClient} from '../../src/consul/client.js'
import {type AclPolicy, type AclToken, anonymousAccessorId} from '../../src/consul/types.js'
import type {Federation} from '../../src/federation/model.js'
import {Secrets} from '../../src/federation/secrets.js'
import {aFederation} from '../fixtures/federation.js'
import {type Fate, type RunningServer, Servers, startFront, until} from './acl-consul.js'

const management = randomUUID()
const folders: string[] = []
let consul: Servers
let server: RunningServer
let admin: ConsulClient

beforeAll(async () => {
  consul = await Servers.inTemporaryFolder()
  server = await consul.start({address: '127.143.1.1', initialManagement: management, node: 'dc1-s1'})
  admin = consul.client(server.url, management)
  await until('the management token resolves', async () => (await aclPolicies(admin)).length > 0)
})

afterAll(async () => consul.stop())

afterEach(async () => {
  await forgetEverything()
  await Promise.all(folders.splice(0).map((folder) => rm(folder, {force: true, recursive: true})))
})

async function aWorkspace(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fedctl-acl-workspace-'))
  folders.push(folder)
  return folder
}

/** Removes what a test made: every policy of fedctl's, and every token but the two that Consul starts with. */
async function forgetEverything(): Promise<void> {
  const tokens = await admin.request<AclToken[]>('/v1/acl/tokens')
  for (const {AccessorID, Description} of tokens) {
    if (AccessorID !== anonymousAccessorId && Description !== 'Master Token') {
      await admin.request(`/v1/acl/token/${AccessorID}`, {method: 'DELETE'})
    }
  }
  for (const {ID, Name} of await aclPolicies(admin)) {
    if (Name !== 'global-management') await admin.request(`/v1/acl/policy/${ID}`, {method: 'DELETE'})
  }
}

/** One run of fedctl: secrets from the workspace, observe, plan, apply. */
async function run(federation: Federation, workspace: string, client = admin): Promise<AclChange[]> {
  const secrets = await Secrets.load(workspace)
  const changes = planAcl(federation, secrets, await observeAcl(client, federation, secrets))
  for (const change of changes) await applyAclChange(client, change, secrets)
  return changes
}

/** Everything that fedctl made, without ids that Consul chooses and without secrets, checked against the workspace on the way. */
async function whatThereIs(workspace: string): Promise<unknown> {
  const secrets = await Secrets.load(workspace)
  const names = new Map(
    desiredTokens(aFederation()).map(({name}) => [secrets.knownToken(name)?.accessorId ?? '', name]),
  )
  const policies = (await aclPolicies(admin)).filter(({Name}) => Name !== 'global-management')
  const tokens = (await admin.request<AclToken[]>('/v1/acl/tokens')).filter(
    ({Description}) => Description !== 'Master Token',
  )
  return {
    policies: (await Promise.all(policies.map(async ({ID}) => aclPolicy(admin, ID))))
      .map(({Description, Name, Rules}: AclPolicy) => ({Description, Name, Rules}))
      .sort((a, b) => a.Name.localeCompare(b.Name)),
    tokens: (
      await Promise.all(
        tokens.map(async ({AccessorID}) => {
          const {Description, Local, Policies, SecretID} = await aclToken(admin, AccessorID)
          const name = names.get(AccessorID) ?? `not of this workspace: ${AccessorID}`
          const secretIsOurs = SecretID === secrets.knownToken(name)?.secretId
          return {Description, Local, name, policies: (Policies ?? []).map(({Name}) => Name), secretIsOurs}
        }),
      )
    ).sort((a, b) => a.name.localeCompare(b.name)),
  }
}

describe('applying the plan of a federation', () => {
  it('makes every policy and token once, and then finds nothing to do', async () => {
    const workspace = await aWorkspace()
    const federation = aFederation({workspace})
    expect(await run(federation, workspace)).toHaveLength(8 + 7 + 1)
    const made = (await whatThereIs(workspace)) as {policies: unknown[]; tokens: {secretIsOurs: boolean}[]}
    expect(made.policies).toHaveLength(8)
    expect(made.tokens.filter(({secretIsOurs}) => secretIsOurs)).toHaveLength(7)
    expect(await run(federation, workspace)).toEqual([])
    expect(await whatThereIs(workspace)).toEqual(made)
  })

  it('puts right what somebody changed, and nothing else', async () => {
    const workspace = await aWorkspace()
    const federation = aFederation({workspace})
    await run(federation, workspace)
    const made = await whatThereIs(workspace)
    const gateway = (await aclPolicies(admin)).find(({Name}) => Name === 'fedctl-gateway')
    await admin.request(`/v1/acl/policy/${gateway?.ID}`, {
      body: {Datacenters: ['dc1'], Name: 'fedctl-gateway', Rules: 'acl = "write"'},
      method: 'PUT',
    })
    const verifier = (await Secrets.load(workspace)).knownToken('verifier')?.accessorId
    await admin.request(`/v1/acl/token/${verifier}`, {
      body: {Policies: [{Name: 'global-management'}], ServiceIdentities: [{ServiceName: 'web'}]},
      method: 'PUT',
    })
    const changes = await run(federation, workspace)
    expect(changes.map(({summary}) => summary)).toEqual([
      'update policy fedctl-gateway',
      'update token verifier with fedctl-verifier',
    ])
    expect(await whatThereIs(workspace)).toEqual(made)
    expect(await run(federation, workspace)).toEqual([])
  })

  it('adopts a policy of the same name, in whatever case it is written', async () => {
    const workspace = await aWorkspace()
    await admin.request('/v1/acl/policy', {body: {Name: 'Fedctl-Verifier', Rules: ''}, method: 'PUT'})
    const changes = await run(aFederation({workspace}), workspace)
    expect(changes.map(({summary}) => summary)).toContain('update policy fedctl-verifier')
    const names = (await aclPolicies(admin)).map(({Name}) => Name)
    expect(names.filter((name) => name.toLowerCase() === 'fedctl-verifier')).toHaveLength(1)
    expect(await run(aFederation({workspace}), workspace)).toEqual([])
  })

  it('keeps the other policies of the anonymous token when it attaches and detaches its own', async () => {
    const workspace = await aWorkspace()
    const federation = aFederation({workspace})
    await admin.request('/v1/acl/policy', {body: {Name: 'mine', Rules: 'key "a" { policy = "read" }'}, method: 'PUT'})
    await admin.request(`/v1/acl/token/${anonymousAccessorId}`, {body: {Policies: [{Name: 'mine'}]}, method: 'PUT'})
    const attached = async () =>
      ((await aclToken(admin, anonymousAccessorId)).Policies ?? []).map(({Name}) => Name).sort()
    await run(federation, workspace)
    expect(await attached()).toEqual(['fedctl-anonymous', 'mine'])
    await run({...federation, acl: {...federation.acl, anonymous: 'none'}}, workspace)
    expect(await attached()).toEqual(['mine'])
  })

  it('stops where Consul has an accessor of the workspace with another secret', async () => {
    const workspace = await aWorkspace()
    const federation = aFederation({workspace})
    const secrets = await Secrets.load(workspace)
    const {accessorId} = await secrets.token('gateway')
    await admin.request('/v1/acl/token', {body: {AccessorID: accessorId, SecretID: randomUUID()}, method: 'PUT'})
    await expect(run(federation, workspace)).rejects.toMatchObject({code: 'acl.secret-lost'})
  })

  it('writes rules for names that HCL would misread', async () => {
    const workspace = await aWorkspace()
    const [dc1, ...others] = aFederation().datacenters
    const odd = {...dc1?.servers[0], name: 'a${b\\"c'} as NonNullable<typeof dc1>['servers'][number]
    const federation = aFederation({
      datacenters: [{...dc1, servers: [odd]} as NonNullable<typeof dc1>, ...others],
      workspace,
    })
    await run(federation, workspace)
    expect(await run(federation, workspace)).toEqual([])
    const secrets = await Secrets.load(workspace)
    const token = secrets.knownToken(`agent/dc1/${odd.name}`)?.secretId ?? ''
    const register = async (Node: string) =>
      admin.request('/v1/catalog/register', {body: {Address: '127.0.0.1', Node}, method: 'PUT', token})
    await expect(register('a${b')).rejects.toMatchObject({kind: 'forbidden'})
    await register(odd.name)
    await admin.request('/v1/catalog/deregister', {body: {Node: odd.name}, method: 'PUT'})
  })
})

describe('a run that was killed', () => {
  it.each<[string, Fate]>([
    ['before a request left', 'lose-request'],
    ['after a request was answered and before the answer came', 'lose-answer'],
  ])('%s is completed by the next one, without doubles, wherever it happened', async (_what, fate) => {
    const reference = await aWorkspace()
    const front = await startFront(server.url, () => 'pass')
    await run(aFederation({workspace: reference}), reference, consul.client(front.url, management))
    const requests = front.count()
    await front.close()
    const uninterrupted = await whatThereIs(reference)
    await forgetEverything()

    expect(requests).toBeGreaterThan(30)
    for (let killedAt = 0; killedAt < requests; killedAt++) {
      const workspace = await aWorkspace()
      // From that request on nothing comes through: for Consul and the workspace that is what a killed run looks like.
      const dying = await startFront(server.url, (index) =>
        index < killedAt ? 'pass' : index === killedAt ? fate : 'lose-request',
      )
      await expect(
        run(aFederation({workspace}), workspace, consul.client(dying.url, management)),
      ).rejects.toMatchObject({
        code: 'consul.unreachable',
      })
      await dying.close()
      await run(aFederation({workspace}), workspace)
      expect(await whatThereIs(workspace), `killed at request ${killedAt}`).toEqual(uninterrupted)
      expect(await run(aFederation({workspace}), workspace)).toEqual([])
      await forgetEverything()
    }
  })

  it('saves a secret before Consul hears of it', async () => {
    const workspace = await aWorkspace()
    const dying = await startFront(server.url, (_index, method) => (method === 'PUT' ? 'lose-answer' : 'pass'))
    const secrets = await Secrets.load(workspace)
    const token = desiredTokens(aFederation()).find(({name}) => name === 'verifier')
    await admin.request('/v1/acl/policy', {body: {Name: 'fedctl-verifier'}, method: 'PUT'})
    const change: AclChange = {
      action: 'create',
      kind: 'acl-token',
      summary: '',
      token: token as NonNullable<typeof token>,
    }
    await expect(applyAclChange(consul.client(dying.url, management), change, secrets)).rejects.toThrow()
    await dying.close()
    const saved = (await Secrets.load(workspace)).knownToken('verifier')
    const {SecretID} = await aclToken(admin, saved?.accessorId ?? '')
    expect(SecretID).toBe(saved?.secretId)
    expect((await stat(join(workspace, '.fedctl', 'secrets.json'))).mode & 0o777).toBe(0o600)
  })
})

describe('a server that does not answer', () => {
  it('is passed over, also where it took a write and its answer was lost', async () => {
    const workspace = await aWorkspace()
    const federation = aFederation({workspace})
    const deaf = await startFront(server.url, (_index, method) => (method === 'PUT' ? 'lose-answer' : 'pass'))
    const servers = [
      {client: consul.client('http://127.143.1.99:8500', management), datacenter: 'dc1', id: 'dc1/gone'},
      {client: consul.client(deaf.url, management), datacenter: 'dc1', id: 'dc1/deaf'},
      {client: admin, datacenter: 'dc1', id: 'dc1/well'},
    ]
    const secrets = await Secrets.load(workspace)
    const observed = await onFirstReachable(servers, (client) => observeAcl(client, federation, secrets))
    for (const change of planAcl(federation, secrets, observed)) {
      await onFirstReachable(servers, (client) => applyAclChange(client, change, secrets))
    }
    await deaf.close()
    expect(await run(federation, workspace)).toEqual([])
    const {tokens} = (await whatThereIs(workspace)) as {tokens: unknown[]}
    expect(tokens).toHaveLength(desiredTokens(federation).length + 1)
    expect(await aclPolicies(admin)).toHaveLength(desiredPolicies(federation).length + 1)
  })

  it('is passed over where it knows no leader, and named where no other does', async () => {
    const lone = await consul.start({address: '127.143.1.2', node: 'lone', servers: 3})
    const leaderless = {client: consul.client(lone.url, management), datacenter: 'dc1', id: 'dc1/lone'}
    await until('it answers', async () => (await leaderless.client.request('/v1/status/leader')) === '')
    const secrets = await Secrets.load(await aWorkspace())
    const read = async (client: ConsulClient) => observeAcl(client, aFederation(), secrets)
    const well = {client: admin, datacenter: 'dc1', id: 'dc1/well'}
    expect((await onFirstReachable([leaderless, well], read)).anonymous).toBeDefined()
    await expect(onFirstReachable([leaderless], read)).rejects.toThrow(/leader|legacy mode/)
  })

  it('is named with its reason where no other answers', async () => {
    const gone = {client: consul.client('http://127.143.1.99:8500', management), datacenter: 'dc1', id: 'dc1/gone'}
    const secrets = await Secrets.load(await aWorkspace())
    await expect(
      onFirstReachable([gone], (client) => observeAcl(client, aFederation(), secrets)),
    ).rejects.toMatchObject({
      code: 'consul.unreachable',
      message: expect.stringContaining('127.143.1.99:8500') as string,
    })
  })
})

describe('a token that is not good enough', () => {
  it.each([
    ['is missing', undefined, 'there is no token'],
    ['is unknown', randomUUID(), 'does not know the token'],
  ])('is refused in plain words where it %s', async (_what, token, message) => {
    const secrets = await Secrets.load(await aWorkspace())
    const client = consul.client(server.url, token)
    const refusal = observeAcl(client, aFederation(), secrets)
    await expect(refusal).rejects.toMatchObject({code: 'consul.refused', exitCode: 5})
    await expect(refusal).rejects.toThrow(message)
  })

  it('is refused by Consul where it may not read ACLs', async () => {
    const workspace = await aWorkspace()
    await run(aFederation({workspace}), workspace)
    const secrets = await Secrets.load(workspace)
    const weak = consul.client(server.url, secrets.knownToken('gateway')?.secretId)
    await expect(observeAcl(weak, aFederation(), secrets)).rejects.toMatchObject({exitCode: 5, kind: 'forbidden'})
  })

  it('is enough for comparing where it may read ACLs but sees no secrets', async () => {
    const workspace = await aWorkspace()
    const federation = aFederation({workspace})
    await run(federation, workspace)
    const secrets = await Secrets.load(workspace)
    const reader = consul.client(server.url, secrets.knownToken('verifier')?.secretId)
    const observed = await observeAcl(reader, federation, secrets)
    expect(observed.tokens.map(({SecretID}) => SecretID)).toEqual(Array.from({length: 7}, () => '<hidden>'))
    expect(planAcl(federation, secrets, observed)).toEqual([])
  })
})
