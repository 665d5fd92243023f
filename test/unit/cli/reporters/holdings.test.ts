import {describe, expect, it} from 'vitest'

import {accountText} from '../../../../src/cli/reporters/holdings.js'
import type {Accounted} from '../../../../src/holdings/account.js'

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
