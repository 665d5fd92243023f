import {describe, expect, it} from 'vitest'

import {isAsExported} from '../../../src/holdings/as-exported.js'
import type {Export} from '../../../src/holdings/export.js'
import type {Fate} from '../../../src/holdings/thing.js'

const exported = (fates: Readonly<Record<string, Fate>>): Pick<Export, 'holdings' | 'index'> => {
  const names = Object.keys(fates)
  const policies = names.map((Name) => ({Description: '', ID: `own ${Name}`, Name, Rules: ''}))
  const things = Object.entries(fates).map(([key, fate]) => ({fate, key, name: key, what: 'policy' as const}))
  return {holdings: {policies, roles: []}, index: {things}} as unknown as Pick<Export, 'holdings' | 'index'>
}

describe('a datacenter whose move has begun', () => {
  const held = exported({old: 'recreate', same: 'equal', shop: 'recreate'})

  it('is as it was exported also where somebody has deleted or added something in it since', () => {
    expect(isAsExported(held, ['own shop', 'own same', 'own new'])).toBe(true)
  })

  it('is not when replication has brought its policies back with other ids', () => {
    expect(isAsExported(held, ['shop of the primary', 'own same'])).toBe(false)
  })

  it('is judged by all its policies where it had none alone', () => {
    const equal = exported({other: 'conflict', same: 'equal'})
    expect(isAsExported(equal, ['own other', 'own same'])).toBe(true)
    expect(isAsExported(equal, ['own other', 'same of the primary'])).toBe(false)
  })
})
