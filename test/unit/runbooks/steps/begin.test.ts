import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import type {RunbookContext} from '../../../../src/runbooks/context.js'
import type {OwnMove} from '../../../../src/runbooks/own-move.js'
import {beginStep} from '../../../../src/runbooks/steps/begin.js'
import {type Answering, answeringAgent} from '../../../fixtures/answering-agent.js'
import {aDatacenter, aFederation} from '../../../fixtures/federation.js'
import {noHoldings} from '../../../fixtures/holdings.js'

describe('the beginning of a move', () => {
  const entries = [{Kind: 'service-defaults', Name: 'web', Protocol: 'http'}]
  let [own, primary]: Answering[] = []
  let now: object[]

  const holding = (held: () => object[]) =>
    answeringAgent((path) => {
      if (path.startsWith('/v1/config/service-defaults')) return held()
      return path.startsWith('/v1/catalog/services') ? {} : []
    })

  beforeEach(async () => {
    now = entries
    own = await holding(() => now)
    primary = await holding(() => [])
  })

  afterEach(async () => {
    for (const agent of [own, primary]) await agent?.stop()
  })

  const begin = async ({hasBegun = false, isDryRun = false} = {}) => {
    const federation = {...aFederation(), acl: {...aFederation().acl, enabled: false}}
    const move = {
      adopt: false,
      hasBegun,
      held: {folder: '/export', holdings: {...noHoldings, entries}, index: {adopt: false, state: 'exported'}},
      own: [{client: own?.client, datacenter: 'dc2', id: 'dc2/s1'}],
    }
    const context = {
      client: () => Promise.resolve(primary?.client),
      federation,
      isDryRun,
      ports: {signal: new AbortController().signal},
    }
    return beginStep(aDatacenter(2), move as unknown as OwnMove).changes(context as unknown as RunbookContext)
  }

  it('is noted where everything is as it was exported', async () => {
    expect(await begin()).toHaveLength(1)
  })

  it('is refused where something was made since, which would be in no file', async () => {
    now = [...entries, {Kind: 'service-defaults', Name: 'new', Protocol: 'tcp'}]
    await expect(begin()).rejects.toThrow('dc2 has changed since it was exported: config entry service-defaults/new')
  })

  it('asks nothing in a dry run, and where replication may have changed everything already', async () => {
    now = [{Kind: 'service-defaults', Name: 'new', Protocol: 'tcp'}]
    expect(await begin({isDryRun: true})).toHaveLength(1)
    expect(await begin({hasBegun: true})).toHaveLength(1)
  })
})
