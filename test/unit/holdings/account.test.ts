import {describe, expect, it} from 'vitest'

import {accountFor} from '../../../src/holdings/account.js'
import type {Holdings} from '../../../src/holdings/holdings.js'
import type {Fate, Thing} from '../../../src/holdings/thing.js'
import {aHeldToken, noHoldings} from '../../fixtures/holdings.js'

const nothing: Holdings = {...noHoldings, connectRoot: 'old', keys: 3, nodes: ['a', 'b'], services: ['consul', 'web']}
const shop = {Description: '', ID: '1', Name: 'shop', Rules: ''}
const now = new Date('2026-11-20T12:00:00Z')

describe('the account of a move', () => {
  const policy = (fate: Fate): Thing => ({fate, key: 'shop', name: 'shop', what: 'policy'})
  const outcome = (thing: Thing, after: Partial<Holdings>, adopt = true) =>
    accountFor({adopt, after: {...nothing, connectRoot: 'new', ...after}, before: nothing, now, things: [thing]})
      .things[0]?.outcome

  it('has each thing in one outcome, and says what should be there and is not', () => {
    const there = {policies: [shop]}
    expect(outcome(policy('recreate'), there)).toBe('recreated')
    expect(outcome(policy('recreate'), {})).toBe('missing')
    expect(outcome(policy('recreate'), {}, false)).toBe('lost')
    expect(outcome(policy('equal'), there)).toBe('equal')
    expect(outcome(policy('equal'), {})).toBe('missing')
    expect(outcome(policy('conflict'), there)).toBe('lost')
    expect(outcome(policy('stays'), there)).toBe('stayed')
    const root: Thing = {fate: 'replaced', key: 'old', name: 'old', what: 'Connect root'}
    expect(outcome(root, {})).toBe('replaced')
    expect(outcome(root, {connectRoot: 'old'})).toBe('missing')
  })

  it('is lost where the primary has another thing under its name, which only looks like it', () => {
    const saying = (rules: string): Holdings => ({
      ...nothing,
      entries: [{Kind: 'service-defaults', Name: 'web', Protocol: rules}],
      intentions: [{Action: rules, DestinationName: 'db', SourceName: 'web'}],
      policies: [{...shop, Rules: rules}],
      tokens: [aHeldToken('t', {SecretID: rules})],
    })
    const [before, after] = [saying('a'), saying('b')]
    const things = (['equal', 'recreate'] as const).flatMap((fate) => [
      {fate, key: 'service-defaults/web', name: 'web', what: 'config entry' as const},
      {fate, key: 'web → db', name: 'web → db', what: 'intention' as const},
      policy(fate),
      {fate, key: 't', name: 't', what: 'token' as const},
    ])
    const outcomes = (held: Holdings) =>
      accountFor({adopt: true, after: held, before, now, things}).things.map(({outcome: found}) => found)
    expect(outcomes(after)).toEqual(Array.from({length: 8}, () => 'lost'))
    expect(new Set(outcomes(before))).toEqual(new Set(['equal', 'recreated']))
  })

  it('loses a local token that whoever made it has deleted meanwhile, and waits for none', () => {
    expect(outcome({fate: 'stays', key: 't', name: 't', what: 'local token'}, {})).toBe('lost')
    expect(outcome({fate: 'stays', key: 'm', name: 'm', what: 'auth method'}, {})).toBe('missing')
  })

  it('leaves out keys that were too many to be counted', () => {
    const {belongings} = accountFor({
      adopt: true,
      after: nothing,
      before: {...nothing, keys: undefined},
      now,
      things: [],
    })
    expect(belongings.map(({what}) => what)).toEqual(['nodes', 'services', 'prepared queries'])
  })

  it('does not miss a local token that has expired meanwhile', () => {
    const token = {AccessorID: 't', ExpirationTime: '2026-11-20T11:59:00Z', Local: true, SecretID: 's'}
    const thing: Thing = {fate: 'stays', key: 't', name: 't', what: 'local token'}
    const before = {...nothing, tokens: [token]}
    expect(accountFor({adopt: true, after: nothing, before, now, things: [thing]}).things[0]?.outcome).toBe('stayed')
  })

  it('counts keys, nodes and services before and after, and names what is gone', () => {
    const {belongings} = accountFor({
      adopt: true,
      after: {...nothing, keys: 4, services: ['consul']},
      before: nothing,
      now,
      things: [],
    })
    expect(belongings).toContainEqual({after: 4, before: 3, gone: [], what: 'KV keys'})
    expect(belongings).toContainEqual({after: 1, before: 2, gone: ['web'], what: 'services'})
  })
})
