import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import {ownStock, type StockSources} from '../../../src/cli/own-stock.js'
import {Secrets} from '../../../src/federation/secrets.js'
import {latestExport, noteMove, writeExport} from '../../../src/holdings/export.js'
import {type Answering, answeringAgent} from '../../fixtures/answering-agent.js'
import {aDatacenter, aFederation, aServer} from '../../fixtures/federation.js'
import {noHoldings} from '../../fixtures/holdings.js'

const secret = '00000000-0000-4000-8000-000000000001'
const anEntry = (Name: string, Protocol = 'http') => ({Kind: 'service-defaults', Name, Protocol})

describe('the stock of a datacenter whose move has begun', () => {
  const agents: Answering[] = []
  /** What the datacenter answers; where nothing is said of a path, an empty list. */
  let answers: Record<string, unknown>
  let primaryEntries: object[]
  let workspace: string

  beforeEach(async () => {
    workspace = await mkdtemp(join(tmpdir(), 'fedctl-stock-'))
    primaryEntries = []
    const rights = ['acl', 'intention', 'keyring', 'operator', 'service']
    const allowed = rights.map((Resource) => ({Access: 'read', Allow: true, Resource}))
    answers = {
      '/v1/acl/replication': replication(false),
      '/v1/acl/token/self': {AccessorID: 'own', Policies: [], SecretID: secret},
      '/v1/agent/self': 403,
      '/v1/catalog/services': {},
      '/v1/config/service-defaults': [anEntry('web')],
      '/v1/internal/acl/authorize': allowed,
    }
  })

  afterEach(async () => {
    for (const agent of agents.splice(0)) await agent.stop()
    await rm(workspace, {recursive: true})
  })

  const replication = (Enabled: boolean) => {
    const never = '0001-01-01T00:00:00Z'
    return {
      Enabled,
      LastError: never,
      LastSuccess: never,
      ReplicationType: '',
      Running: Enabled,
      SourceDatacenter: Enabled ? 'dc1' : '',
    }
  }

  const agentOf = async (answer: (path: string) => unknown) => {
    const agent = await answeringAgent((path) => answer(path.split('?')[0] ?? ''), secret)
    agents.push(agent)
    return agent
  }

  const exported = async (adopt = false) => {
    const key = 'service-defaults/web'
    const things = [{fate: 'recreate', key, name: key, what: 'config entry'}] as const
    const at = '2024-05-01T10:00:00.000Z'
    const held = await writeExport(
      aFederation({workspace}),
      {...noHoldings, entries: [anEntry('web')]},
      {adopt, at, datacenter: 'dc2', primary: 'dc1', state: 'moving', things},
    )
    return held.folder
  }

  const stock = async (options: Partial<Pick<StockSources, 'acceptDataLoss' | 'adopt'>> & {silent?: boolean} = {}) => {
    const [own, primary] = [
      await agentOf((path) => answers[path] ?? []),
      await agentOf((path) => {
        if (path === '/v1/config/service-defaults') return primaryEntries
        return path === '/v1/catalog/services' ? {} : []
      }),
    ]
    const url = options.silent ? 'http://127.0.0.1:1' : own.client.access.url
    const server = aServer('dc2', 's1', '127.0.0.1', {api: {token: {from: 'workspace'}, url}})
    const datacenter = aDatacenter(2, {clients: [], gateways: [], servers: [server]})
    const federation = aFederation({workspace})
    // Twenty seconds of patience pass with forty pauses.
    let ms = 0
    return ownStock({
      acceptDataLoss: false,
      adopt: false,
      datacenter,
      dryRun: false,
      federation: {...federation, datacenters: [...federation.datacenters.slice(0, 1), datacenter]},
      own: [{client: own.client, datacenter: 'dc2', id: server.id}],
      ports: {
        clock: {
          monotonicMs: () => ms,
          now: () => new Date('2024-05-01T12:00:00.000Z'),
          async sleep(pause) {
            ms += pause
            await Promise.resolve()
          },
        },
        env: {},
        signal: new AbortController().signal,
        talk: () => undefined,
      },
      primary: [{client: primary.client, datacenter: 'dc1', id: 'dc1/s1'}],
      secrets: await Secrets.load(workspace),
      ...options,
    })
  }

  it('is what was exported where its leader replicates, or nothing answers', async () => {
    const folder = await exported()
    answers['/v1/acl/token/self'] = 404
    for (const silent of [true, false]) {
      answers['/v1/acl/replication'] = replication(!silent)
      const {hasBegun, held} = await stock({silent})
      expect({folder: held.folder, hasBegun}).toEqual({folder, hasBegun: true})
    }
  })

  it('is not taken into the primary once more without consent, where it has gone from there since', async () => {
    await exported(true)
    answers['/v1/acl/replication'] = replication(true)
    expect(await stock()).toMatchObject({
      comparison: {recreations: [{key: 'service-defaults/web'}]},
      needsConsent: true,
    })
    primaryEntries = [anEntry('web')]
    expect(await stock()).toMatchObject({comparison: {recreations: []}, needsConsent: false})
  })

  it('is taken once its leader is elected', async () => {
    await exported()
    let asked = 0
    Object.defineProperty(answers, '/v1/acl/replication', {get: () => (asked++ < 3 ? 500 : replication(false))})
    expect((await stock()).hasBegun).toBe(false)
  })

  it('is not taken where its leader replicates nothing, and it does not know the token', async () => {
    await exported()
    answers['/v1/acl/token/self'] = 404
    await expect(stock()).rejects.toThrow('the token with which dc2 is asked is not known there')
  })

  it('is not taken where its leader replicates nothing, and the token has too few rights', async () => {
    await exported()
    answers['/v1/acl/policies'] = 403
    await expect(stock()).rejects.toThrow('the token with which dc2 is asked may not read ACLs there')
  })

  it('is exported anew where its leader replicates nothing, also where the only thing that it alone had is another', async () => {
    const older = await exported()
    answers['/v1/config/service-defaults'] = [anEntry('web', 'tcp')]
    const {hasBegun, held} = await stock()
    expect(hasBegun).toBe(false)
    expect(held.index.state).toBe('moving')
    expect(held.holdings.entries).toEqual([anEntry('web', 'tcp')])
    // Put away, it does not leave an older one that counts.
    await rm(held.folder, {recursive: true})
    const left = await latestExport(aFederation({workspace}), 'dc2')
    expect(left).toMatchObject({folder: older, index: {state: 'exported'}})
  })

  it('is moved as an earlier run was told until somebody says the opposite, before replication and after', async () => {
    for (const enabled of [false, true]) {
      answers['/v1/acl/replication'] = replication(enabled)
      const folder = await exported(true)
      expect((await stock()).adopt).toBe(true)
      const latest = await latestExport(aFederation({workspace}), 'dc2')
      if (latest && latest.folder !== folder) await noteMove(latest, {adopt: true})
      expect((await stock({acceptDataLoss: true})).adopt).toBe(false)
      expect((await stock({adopt: true})).adopt).toBe(true)
    }
  })

  it('is not exported where the primary has an older copy that an earlier run made', async () => {
    const folder = await exported(true)
    primaryEntries = [anEntry('web')]
    answers['/v1/config/service-defaults'] = [anEntry('web', 'tcp')]
    await expect(stock()).rejects.toMatchObject({
      message: expect.stringContaining('is gone there: config entry service-defaults/web') as string,
      suggestions: expect.arrayContaining(['consul config delete -kind service-defaults -name web']) as string[],
    })
    expect(await latestExport(aFederation({workspace}), 'dc2')).toMatchObject({folder})
    expect((await stock({acceptDataLoss: true})).comparison.things).toMatchObject([{fate: 'conflict'}])
  })
})
