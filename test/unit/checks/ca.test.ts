import {describe, expect, it} from 'vitest'

import {serversOf} from '../../../src/federation/selectors.js'
import type {CaRootFacts, CertificateFacts} from '../../../src/observe/snapshot.js'
import {aFederation} from '../../fixtures/federation.js'
import {aCertificate, aHealthySnapshot, answer, withView} from '../../fixtures/snapshot.js'
import {findingOf} from './judging.js'

const model = aFederation()
const healthy = aHealthySnapshot(model)
const agent = serversOf(model)[1] ?? expect.fail('the federation has two servers')

function judge(facts: Partial<CaRootFacts>) {
  const snapshot = withView(healthy, 'dc2/dc2-s1', (view) => {
    if (!view.caRoots?.ok) throw new Error('the secondary has roots')
    return {...view, caRoots: answer({...view.caRoots.value, ...facts})}
  })
  return findingOf('ca.intermediate', 'dc2', model, snapshot)
}

const intermediate = (dates: Partial<CertificateFacts> = {}) => aCertificate(model, agent, dates)
const soon = {notAfter: '2026-12-01T12:00:00.000Z', notBefore: '2025-12-01T00:00:00.000Z'}
const over = {notAfter: '2026-11-01T00:00:00.000Z', notBefore: '2025-11-01T00:00:00.000Z'}

describe('ca.intermediate', () => {
  it.each<[string, Partial<CaRootFacts>, string, string]>([
    ['none', {intermediates: []}, 'fail', 'there is no intermediate'],
    ['one of another root', {intermediatesVerified: false}, 'fail', 'it does not chain to the active root'],
    ['one that is over', {intermediates: [intermediate(over)]}, 'fail', 'expired since 2026-11-01T00:00:00.000Z'],
    ['one that was not renewed', {intermediates: [intermediate(soon)]}, 'warn', '11 days left'],
    ['a new one after an old one', {intermediates: [intermediate(over), intermediate()]}, 'pass', '345 days left'],
    ['many', {intermediates: Array.from({length: 11}, () => intermediate())}, 'warn', '11 intermediates have piled up'],
    ['no root', {activeRootId: ''}, 'skip', 'there is no active root'],
  ])('judges %s', (_what, facts, status, found) => {
    expect(judge(facts)).toMatchObject({found, status})
  })
})
