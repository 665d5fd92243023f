import {describe, expect, it} from 'vitest'

import {isAsExported} from '../../../src/holdings/as-exported.js'
import type {Holdings} from '../../../src/holdings/holdings.js'
import {aHeldToken, noHoldings} from '../../fixtures/holdings.js'

const aPolicy = (ID: string, Rules = '') => ({Description: '', ID, Name: `name of ${ID}`, Rules})
const policies = (...ids: string[]) => ids.map((id) => aPolicy(id))
const anEntry = (Name: string, Protocol: string) => ({Kind: 'service-defaults', Name, Protocol})
const isAs = (exported: Partial<Holdings>, now: Partial<Holdings>, primary: Partial<Holdings>) =>
  isAsExported({...noHoldings, ...exported}, {...noHoldings, ...now}, {...noHoldings, ...primary})

describe('a datacenter whose move has begun', () => {
  const held = {policies: policies('own shop', 'own old', 'own same')}

  it('is as it was exported also where somebody has deleted or added something in it since', () => {
    const now = {policies: policies('own shop', 'own same', 'own new')}
    expect(isAs(held, now, {policies: policies('shop of the primary')})).toBe(true)
  })

  it('is as it was where the only thing of a kind that it alone had is changed, or deleted', () => {
    const [exported, primary] = [
      {...held, entries: [anEntry('db', 'tcp'), anEntry('web', 'http')]},
      {entries: [anEntry('web', 'http')]},
    ]
    for (const entries of [[anEntry('db', 'http'), anEntry('web', 'http')], primary.entries])
      expect(isAs(exported, {...held, entries}, primary)).toBe(true)
  })

  it('is not when replication has brought its policies back with other ids', () => {
    const primary = {policies: policies('shop of the primary', 'same of the primary')}
    expect(isAs(held, primary, primary)).toBe(false)
  })

  it('is not where it has built-in policies alone, and what it alone had is gone', () => {
    const builtIn = policies('00000000-0000-0000-0000-000000000001')
    const local = aHeldToken('management', {Local: true})
    const exported = {entries: [anEntry('web', 'http')], policies: builtIn, tokens: [local, aHeldToken('own')]}
    const primary = {entries: [anEntry('web', 'tcp')], policies: [aPolicy('00000000-0000-0000-0000-000000000001', 'a')]}
    expect(isAs(exported, {...primary, tokens: [local]}, primary)).toBe(false)
    expect(isAs(exported, exported, primary)).toBe(true)
    // One kind is replicated before the other.
    expect(isAs(exported, {...exported, entries: primary.entries}, primary)).toBe(false)
  })

  it('is told by what its policies and tokens say where it was cloned from the primary', () => {
    const exported = {policies: [aPolicy('same', 'own')], tokens: [aHeldToken('same', {Policies: [{Name: 'own'}]})]}
    const primary = {policies: [aPolicy('same', 'theirs')], tokens: [aHeldToken('same')]}
    expect(isAs(exported, exported, primary)).toBe(true)
    expect(isAs(exported, primary, primary)).toBe(false)
  })

  it('is not where replication has reached its policies, and not its roles yet', () => {
    const roles = [{ID: 'own role', Name: 'keeper'}]
    const primary = {policies: policies('shop of the primary')}
    expect(isAs({...held, roles}, {...primary, roles}, primary)).toBe(false)
    expect(isAs({...held, roles}, {...held, roles}, primary)).toBe(true)
  })

  it('is not where it has the Connect root of the primary, and had another, although it had nothing else alone', () => {
    const primary = {connectRoot: 'theirs'}
    expect(isAs({connectRoot: 'own'}, {connectRoot: 'theirs'}, primary)).toBe(false)
    expect(isAs({connectRoot: 'own'}, {connectRoot: 'own, rotated'}, primary)).toBe(true)
    expect(isAs(primary, primary, primary)).toBe(true)
  })

  it('is not told by what was made in the primary as it was', () => {
    const exported = {policies: policies('own'), tokens: [aHeldToken('shop')]}
    expect(isAs(exported, exported, {policies: policies('theirs'), tokens: [aHeldToken('shop')]})).toBe(true)
  })

  it('counts as it was where it had nothing alone', () => {
    expect(isAs(held, held, held)).toBe(true)
  })
})
