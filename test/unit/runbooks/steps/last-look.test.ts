import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import type {RunbookContext} from '../../../../src/runbooks/context.js'
import type {OwnMove} from '../../../../src/runbooks/own-move.js'
import type {Change} from '../../../../src/runbooks/step.js'
import {withLastLook} from '../../../../src/runbooks/steps/last-look.js'
import {type Answering, answeringAgent} from '../../../fixtures/answering-agent.js'
import {aDatacenter, aFederation} from '../../../fixtures/federation.js'

const anEntry = (Name: string) => ({Kind: 'service-defaults', Name, Protocol: 'http'})
const restart = (node: string): Change => ({host: 'local', kind: 'restart-agent', node, summary: `restart ${node}`})
const restarts = ['dc2/s1', 'dc2/s2', 'dc2/leader'].map((node) => restart(node))

describe('the last look at a datacenter on its own', () => {
  const agents: Answering[] = []
  let [here, there]: object[][] = []

  const holding = async (entries: () => object[] | undefined) => {
    const agent = await answeringAgent((path) => {
      if (path.startsWith('/v1/config/service-defaults')) return entries()
      return path.startsWith('/v1/catalog/services') ? {} : []
    })
    agents.push(agent)
    return agent.client
  }

  beforeEach(() => {
    here = [anEntry('web')]
    there = []
  })

  afterEach(async () => {
    for (const agent of agents.splice(0)) await agent.stop()
  })

  const changes = async ({changes: due = restarts, hasBegun = false} = {}) => {
    const federation = {...aFederation(), acl: {...aFederation().acl, enabled: false}}
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
    const context = {
      client: () => Promise.resolve(primary),
      federation,
      ports: {signal: new AbortController().signal},
    }
    return withLastLook(due, aDatacenter(2), move as unknown as OwnMove, context as unknown as RunbookContext)
  }
  const look = async () => {
    const change = (await changes()).find(({kind}) => kind === 'look-again')
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

  it('is not due where nothing is restarted, and where an earlier run may have come further', async () => {
    expect(await changes({changes: []})).toEqual([])
    expect(await changes({hasBegun: true})).toEqual(restarts)
  })

  it('finds nothing where all is as it was, and refuses what was made since', async () => {
    const again = await look()
    await expect(again()).resolves.toBeUndefined()
    here = [anEntry('web'), anEntry('new')]
    await expect(again()).rejects.toThrow('dc2 has changed since it was exported: config entry service-defaults/new')
  })

  it('takes nothing for a change that replication has brought, where another server has taken the lead', async () => {
    const again = await look()
    here = [anEntry('of the primary')]
    there = [anEntry('of the primary')]
    await expect(again()).resolves.toBeUndefined()
  })
})
