import {describe, expect, it} from 'vitest'

import {compareHoldings} from '../../../src/holdings/compare.js'
import type {Export} from '../../../src/holdings/export.js'
import type {Holdings} from '../../../src/holdings/holdings.js'
import {refuseOlderCopies} from '../../../src/holdings/older-copies.js'
import {aHeldToken, noHoldings} from '../../fixtures/holdings.js'

const policy = (Rules: string, rest: object = {}) => ({Description: '', ID: 'shop', Name: 'shop', Rules, ...rest})
const [read, write] = ['key "a" { policy = "read" }', 'key "a" { policy = "write" }']
const entry = (Protocol: string) => ({Kind: 'service-defaults', Name: 'web', Protocol})
const toShop = {Policies: [{Name: 'shop'}]}
const role = {...toShop, ID: 'keeper', Name: 'keeper'}
const other = aHeldToken('other')
const direct = aHeldToken('direct', toShop)
const byRole = aHeldToken('by-role', {Roles: [{Name: 'keeper'}]})

describe('things that an earlier run has made in the primary', () => {
  const then: Holdings = {
    ...noHoldings,
    entries: [entry('http')],
    intentions: [{Action: 'allow', DestinationName: '*', SourceName: 'web'}],
    policies: [policy(read)],
    roles: [role],
    tokens: [direct, byRole, other],
  }
  const sides = (own: Holdings, primary: Holdings, adopt = true) => ({
    adopt,
    datacenter: 'dc2',
    fedctlsPolicies: [],
    now: new Date('2024-05-01T10:00:00Z'),
    own,
    primary,
  })
  const {things: before} = compareHoldings(sides(then, noHoldings))
  const primary = {...then, policies: [policy(read, {Datacenters: ['dc2']})]}
  const earlier = (adopt = true) =>
    ({holdings: then, index: {adopt, primary: 'dc1', things: before}}) as unknown as Export

  const refusal = (now: Partial<Holdings>, there: Partial<Holdings> = {}, adopt = true, earlierAdopt = true) => {
    const both = sides({...then, ...now}, {...primary, ...there}, adopt)
    try {
      refuseOlderCopies(compareHoldings(both).things, both, earlier(earlierAdopt))
    } catch (error) {
      return error
    }
    return undefined
  }

  it('are in no way where the datacenter has them as they were', () => {
    expect(before.map(({fate}) => fate)).toEqual(before.map(() => 'recreate'))
    expect(refusal({})).toBeUndefined()
  })

  it('are named where the datacenter has changed them since, with commands for them and what is linked to them', () => {
    expect(refusal({policies: [policy(write)]})).toMatchObject({
      code: 'runbook.step-failed',
      message: expect.stringContaining('has changed in dc2 since, or is gone there: policy shop') as string,
      suggestions: [
        expect.stringContaining('delete the older copies in dc1') as string,
        'consul acl token delete -id direct',
        'consul acl token delete -id by-role',
        'consul acl role delete -name keeper',
        'consul acl policy delete -name shop',
        'then run the same command again; nothing is lost yet',
      ],
    })
    const intentions = [{Action: 'deny', DestinationName: '*', SourceName: 'web'}]
    expect(refusal({entries: [entry('tcp')], intentions})).toMatchObject({
      suggestions: expect.arrayContaining([
        'consul config delete -kind service-defaults -name web',
        "consul intention delete web '*'",
      ]) as string[],
    })
  })

  it('are not meant where somebody else has made another one in the primary, or none was to be made', () => {
    const theirs = {policies: [policy('node "a" { policy = "read" }')]}
    expect(refusal({policies: [policy(write)]}, theirs)).toBeUndefined()
    expect(refusal({policies: [policy(write)]}, {}, true, false)).toBeUndefined()
  })

  it('are left where somebody goes on without them', () => {
    expect(refusal({policies: [policy(write)]}, {}, false)).toBeUndefined()
  })
})
