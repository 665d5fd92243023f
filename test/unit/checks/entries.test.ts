import {describe, expect, it} from 'vitest'

import type {ConfigEntryFacts} from '../../../src/observe/config-entry-facts.js'
import type {Snapshot} from '../../../src/observe/snapshot.js'
import {aDatacenter, aFederation} from '../../fixtures/federation.js'
import {aHealthySnapshot, answer, withView} from '../../fixtures/snapshot.js'
import {findingOf, resultOf} from './judging.js'

const model = aFederation({meshGatewayMode: 'local'})
const healthy = aHealthySnapshot(model)
const web = {digest: 'w1', kind: 'service-resolver', name: 'web'}
const defaults = {digest: 'abcd', kind: 'proxy-defaults', name: 'global'}

describe('entries.replicated', () => {
  it.each([
    [[], 'proxy-defaults global is missing'],
    [[{...defaults, digest: 'other'}], 'proxy-defaults global differs from that of dc1'],
    [[defaults, web], 'service-resolver web is not in dc1 and yet here'],
  ])('fails where the secondary holds %j', (entries, found) => {
    const snapshot = holding('dc2/dc2-s1', {entries})
    expect(findingOf('entries.replicated', 'dc2', model, snapshot)).toMatchObject({found, status: 'fail'})
  })

  it('holds where nobody has any', () => {
    const none = holding('dc2/dc2-s1', {entries: []}, holding('dc1/dc1-s1', {entries: []}))
    expect(findingOf('entries.replicated', 'dc2', model, none)).toMatchObject({found: 'no entries', status: 'pass'})
  })

  it('compares no content between versions, which know other fields', () => {
    const mixed = aFederation({datacenters: [aDatacenter(1), aDatacenter(2, {consul: '1.16.3'})]})
    const snapshot = holding('dc2/dc2-s1', {entries: [{...defaults, digest: 'other'}]})
    expect(findingOf('entries.replicated', 'dc2', mixed, snapshot).status).toBe('pass')
  })

  it('does not miss a kind that the older version of the secondary does not have', () => {
    const certificate = {digest: 'c1', kind: 'file-system-certificate', name: 'site'}
    const judge = (consul: string) => {
      const mixed = aFederation({datacenters: [aDatacenter(1, {consul: '1.19.2'}), aDatacenter(2, {consul})]})
      const snapshot = holding('dc1/dc1-s1', {entries: [defaults, certificate]})
      return findingOf('entries.replicated', 'dc2', mixed, snapshot)
    }
    expect(judge('1.18.1').status).toBe('pass')
    expect(judge('1.19.0')).toMatchObject({found: 'file-system-certificate site is missing', status: 'fail'})
  })

  it.each(['deny', 'allow'] as const)(
    'does not take entries for missing that the token may not read, with default %s',
    (policy) => {
      const file = aFederation({acl: {...model.acl, defaultPolicy: policy}})
      const permissions = answer({agent: true, node: true, operator: true, service: false})
      const weak = withView(holding('dc2/dc2-s1', {entries: []}), 'dc2/dc2-s1', (view) => ({...view, permissions}))
      expect(findingOf('entries.replicated', 'dc2', file, weak)).toMatchObject({
        found: 'the token lacks service:read (Consul left config entries out)',
        status: 'skip',
      })
    },
  )
})

describe('mesh.mode', () => {
  const judge = (facts: ConfigEntryFacts, file = model) =>
    findingOf('mesh.mode', 'dc1', file, holding('dc1/dc1-s1', facts))

  it('warns where the entry has another mode, with the commands that change it', () => {
    const {fix, found, status} = judge({entries: [defaults], meshGatewayMode: 'remote'})
    expect([found, status]).toEqual(['the mode is "remote"', 'warn'])
    expect(fix?.join('\n')).toContain('consul config write proxy-defaults.json')
  })

  it('warns where there is no entry, and where it names no mode', () => {
    expect(judge({entries: []})).toMatchObject({found: 'there is no proxy-defaults entry', status: 'warn'})
    expect(judge({entries: [defaults], meshGatewayMode: ''})).toMatchObject({
      found: 'proxy-defaults name no mode',
      status: 'warn',
    })
  })

  it('takes an entry without a mode for "none"', () => {
    const none = aFederation({meshGatewayMode: 'none'})
    expect(judge({entries: [defaults], meshGatewayMode: ''}, none).status).toBe('pass')
  })

  it('does not apply where the file names none', () => {
    expect(resultOf('mesh.mode', aFederation(), healthy).findings[0]?.found).toBe(
      'mesh_gateway_mode is not set in the federation file',
    )
  })
})

function holding(id: string, facts: ConfigEntryFacts, snapshot: Snapshot = healthy): Snapshot {
  return withView(snapshot, id, (view) => ({...view, configEntries: answer(facts)}))
}
