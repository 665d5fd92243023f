import {describe, expect, it} from 'vitest'

import {changedSince, type MadeByMove} from '../../../src/holdings/changed-since.js'
import type {Holdings} from '../../../src/holdings/holdings.js'
import {aHeldToken, noHoldings} from '../../fixtures/holdings.js'

const aPolicy = (Name: string, Rules: string) => ({Description: '', ID: Name, Name, Rules})
const before: Holdings = {
  ...noHoldings,
  entries: [{Kind: 'service-defaults', ModifyIndex: 7, Name: 'web', Protocol: 'http'}],
  intentions: [{Action: 'allow', DestinationName: 'db', SourceName: 'web'}],
  policies: [aPolicy('shop', 'a')],
  roles: [{ID: 'r', Name: 'keeper', Policies: [{Name: 'shop'}]}],
  tokens: [aHeldToken('t')],
}
const nobody: MadeByMove = {policies: [], tokens: []}
const changed = (now: Partial<Holdings>, made = nobody) => changedSince(before, {...before, ...now}, made)

describe('what has changed since a datacenter was exported', () => {
  it('is nothing where only indexes, keys and services have', () => {
    const entries = [{Kind: 'service-defaults', ModifyIndex: 9, Name: 'web', Protocol: 'http'}]
    expect(changed({entries, keys: 4, services: ['web']})).toEqual([])
  })

  it('is what is new, and what says something else', () => {
    expect(changed({policies: [aPolicy('shop', 'b'), aPolicy('new', 'c')]})).toEqual(['policy shop', 'policy new'])
    expect(changed({roles: [{ID: 'r', Name: 'keeper'}]})).toEqual(['role keeper'])
    expect(changed({tokens: [aHeldToken('t', {Policies: [{Name: 'shop'}]}), aHeldToken('u')]})).toEqual([
      'token t',
      'token u',
    ])
    const entries = [{Kind: 'service-defaults', Name: 'web', Protocol: 'tcp'}]
    expect(changed({entries})).toEqual(['config entry service-defaults/web'])
    const intentions = [{Action: 'deny', DestinationName: 'db', SourceName: 'web'}]
    expect(changed({intentions})).toEqual(['intention web → db'])
  })

  it('is what is gone, which the primary may have by now', () => {
    const gone = {entries: [], intentions: [], policies: [], roles: [], tokens: []}
    expect(changed(gone, {policies: [], tokens: ['t']})).toEqual([
      'policy shop (deleted)',
      'role keeper (deleted)',
      'token t (deleted)',
      'config entry service-defaults/web (deleted)',
      'intention web → db (deleted)',
    ])
  })

  it('is not a local token that is new or gone, but one that gives something else', () => {
    const having = (...locals: readonly string[]) => ({
      ...before,
      tokens: [...before.tokens, ...locals.map((accessor) => aHeldToken(accessor, {Local: true}))],
    })
    const since = (now: Holdings) => changedSince(having('old', 'kept'), now, nobody)
    expect(since(having('kept', 'new'))).toEqual([])
    const linked = aHeldToken('kept', {Local: true, Policies: [{Name: 'shop'}]})
    expect(since({...before, tokens: [...before.tokens, linked]})).toEqual(['token kept'])
  })

  it('is not what the move made itself, nor what a login made', () => {
    const now = {
      policies: [...before.policies, aPolicy('fedctl-agent', 'a')],
      tokens: [...before.tokens, aHeldToken('made'), aHeldToken('login', {AuthMethod: 'kubernetes', Local: true})],
    }
    expect(changed(now, {policies: ['fedctl-agent'], tokens: ['made']})).toEqual([])
    expect(changed(now)).toEqual(['policy fedctl-agent', 'token made'])
  })

  it('is a token that was there before also where the primary has it now', () => {
    const made = {policies: ['fedctl-agent'], tokens: ['t']}
    expect(changed({tokens: [aHeldToken('t', {Roles: [{Name: 'keeper'}]})]}, made)).toEqual(['token t'])
    expect(changed({tokens: [...before.tokens, aHeldToken('a', {Policies: [{Name: 'fedctl-agent'}]})]}, made)).toEqual(
      [],
    )
  })
})
