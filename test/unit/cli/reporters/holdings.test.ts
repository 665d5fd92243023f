import {describe, expect, it} from 'vitest'

import {accountText, atStakeText} from '../../../../src/cli/reporters/holdings.js'
import type {Accounted} from '../../../../src/holdings/account.js'
import type {Thing} from '../../../../src/holdings/thing.js'
import {aHeldToken, noHoldings} from '../../../fixtures/holdings.js'

const aToken = (key: string, reason?: string): Accounted => ({
  fate: 'stays',
  key,
  name: key,
  outcome: 'stayed',
  what: 'local token',
  ...(reason === undefined ? {} : {reason}),
})

describe('the account of a move, for people', () => {
  it('says why what stayed is not quite as before', () => {
    const things = [aToken('whole'), aToken('less', 'without shop, which the primary does not have')]
    const lines = accountText({belongings: [], things}, '/export').split('\n')
    expect(lines.slice(-2)).toEqual([
      'stayed, and not quite as before:',
      '  local token less: without shop, which the primary does not have',
    ])
  })
})

describe('what is at stake, for people', () => {
  it('tells what fedctl makes itself from what the primary has, and local tokens that are linked anew from others', () => {
    const thing = (what: Thing['what'], key: string, fate: Thing['fate']): Thing => ({fate, key, name: key, what})
    const things = [
      thing('policy', 'fedctl-verifier', 'replaced'),
      thing('policy', 'same', 'equal'),
      thing('policy', 'shop', 'recreate'),
      thing('policy', 'other', 'conflict'),
      thing('token', 'of-fedctl', 'replaced'),
      ...['linked', 'bare', 'lost'].map((key) => thing('local token', key, 'stays')),
      thing('Connect root', 'root', 'replaced'),
    ]
    const local = (key: string, ...names: string[]) =>
      aHeldToken(key, {Local: true, Policies: names.map((Name) => ({Name}))})
    const holdings = {...noHoldings, tokens: [local('linked', 'shop'), local('bare'), local('lost', 'other')]}
    const index = {
      adopt: true,
      at: '2026-11-20T12:00:00.000Z',
      datacenter: 'dc2',
      primary: 'dc1',
      schemaVersion: 1 as const,
      state: 'exported' as const,
      things,
    }
    const held = {folder: '', holdings, index}
    const text = atStakeText({adopt: true, comparison: {recreations: [], things}, hasBegun: false, held}, 'dc2')
    const rows = text.split('\n').map((line) => line.trim().split(/ {2,}/))
    expect(rows).toEqual(
      expect.arrayContaining([
        ['policy', '1', 'is made in the primary', 'shop'],
        ['policy', '1', 'the primary has the same', 'same'],
        ['policy', '1', 'is of fedctl, which makes its own', 'fedctl-verifier'],
        ['token', '1', 'is of fedctl, which makes its own', 'of-fedctl'],
        ['local token', '1', 'stays, to be linked anew', 'linked'],
        ['local token', '2', 'stays', 'bare, lost'],
        ['Connect root', '1', 'is replaced by that of the primary', 'root'],
      ]),
    )
  })
})
