import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import type {RunbookContext} from '../../../../src/runbooks/context.js'
import type {OwnMove} from '../../../../src/runbooks/own-move.js'
import type {Change} from '../../../../src/runbooks/step.js'
import {withLastLook} from '../../../../src/runbooks/steps/last-look.js'
import {systemClock} from '../../../../src/system/clock.js'
import {type Answering, answeringAgent} from '../../../fixtures/answering-agent.js'
import {aDatacenter, aFederation} from '../../../fixtures/federation.js'

const anEntry = (Name: string) => ({Kind: 'service-defaults', Name, Protocol: 'http'})
const restart = (node: string): Change => ({host: 'local', kind: 'restart-agent', node, summary: `restart ${node}`})
const restarts = ['dc2/s1', 'dc2/s2', 'dc2/leader'].map((node) => restart(node))

describe('the last look at a datacenter on its own', () => {
  const agents: Answering[] = []
  let [here, there]: object[][] = []
  /** The primary datacenter that the leader names; undefined where nothing answers. */
  let leads: string | undefined

  const holding = async (entries: () => object[] | undefined) => {
    const agent = await answeringAgent((path) => {
      if (path.startsWith('/v1/config/service-defaults')) return entries()
      if (path.startsWith('/v1/acl/auth-methods')) return 404
      return path.startsWith('/v1/catalog/services') ? {} : []
    })
    agents.push(agent)
    return agent.client
  }

  beforeEach(() => {
    here = [anEntry('web')]
    there = []
    leads = 'dc2'
  })

  afterEach(async () => {
    for (const agent of agents.splice(0)) await agent.stop()
  })

  const changes = async ({acl = false, changes: due = restarts, hasBegun = false} = {}) => {
    const federation = {...aFederation(), acl: {...aFederation().acl, enabled: acl}}
    const [own, primary] = [await holding(() => here), await holding(() => there)]
    const holdings = {
      authMethods: [],
      bindingRules: [],
      entries: here,
      intentions: [],
      policies: [],
      roles: [],
      tokens: [],
    }
    const move = {hasBegun, held: {holdings}, own: [{client: own, datacenter: 'dc2', id: 'dc2/s1'}]}
    const agent = () =>
      leads === undefined
        ? {failure: {kind: 'unreachable', message: 'no answer'}, ok: false}
        : {ok: true, value: {primaryDatacenter: leads}}
    const [server] = aDatacenter(2).servers
    const context = {
      client: () => Promise.resolve(primary),
      federation,
      observer: {observe: () => Promise.resolve({servers: {[server?.id ?? '']: {agent: agent()}}})},
      ports: {clock: systemClock, signal: new AbortController().signal},
    }
    return withLastLook(due, aDatacenter(2), move as unknown as OwnMove, context as unknown as RunbookContext)
  }
  const look = async (options: {acl?: boolean; hasBegun?: boolean} = {}) => {
    const change = (await changes(options)).find(({kind}) => kind === 'look-again')
    if (!change || !('write' in change)) throw new Error('no look')
    return () => change.write()
  }

  it('comes right before the restart of the leader, which is the last', async () => {
    expect((await changes()).map(({summary}) => summary)).toEqual([
      'restart dc2/s1',
      'restart dc2/s2',
      'look whether dc2 has changed since it was exported',
      'restart dc2/leader',
    ])
  })

  it('is not due where nothing is restarted', async () => {
    expect(await changes({changes: []})).toEqual([])
  })

  it('finds nothing where all is as it was, and refuses what was made since', async () => {
    const again = await look()
    await expect(again()).resolves.toBeUndefined()
    here = [anEntry('web'), anEntry('new')]
    await expect(again()).rejects.toThrow('dc2 has changed since it was exported: config entry service-defaults/new')
  })

  it('takes nothing for a change that replication has brought, where another server has taken the lead', async () => {
    const again = await look()
    ;[here, leads] = [[anEntry('new')], 'dc1']
    await expect(again()).resolves.toBeUndefined()
  })

  it('takes nothing for a change that the primary has alike, also where its leader has lost the lead again', async () => {
    const again = await look({hasBegun: true})
    here = [anEntry('of the primary')]
    there = [anEntry('of the primary')]
    await expect(again()).resolves.toBeUndefined()
  })

  it('does not take a change for the work of replication because what it alone had is gone', async () => {
    for (const hasBegun of [false, true]) {
      here = [anEntry('web')]
      const again = await look({hasBegun})
      here = [anEntry('new')]
      await expect(again()).rejects.toThrow('dc2 has changed since it was exported: config entry service-defaults/new')
    }
  })

  it('does not take a token that is not known for one that replication has taken away', async () => {
    for (const hasBegun of [false, true]) {
      const again = await look({acl: true, hasBegun})
      await expect(again()).rejects.toThrow('the token with which dc2 is asked is not known there')
    }
  })

  it('goes on where an earlier run has begun and nothing answers any more', async () => {
    const again = await look({hasBegun: true})
    ;[here, leads] = [[anEntry('new')], undefined]
    await expect(again()).resolves.toBeUndefined()
  })
})
