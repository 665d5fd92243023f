import {describe, expect, it} from 'vitest'

import type {AclReplicationFacts, CaRootFacts, Snapshot} from '../../../src/observe/snapshot.js'
import {aFederation} from '../../fixtures/federation.js'
import {aHealthySnapshot, answer, noAnswer, withView} from '../../fixtures/snapshot.js'
import {aGossipFederation, findingOf} from './judging.js'

const model = aFederation()
const healthy = aHealthySnapshot(model)
const working: AclReplicationFacts = {
  enabled: true,
  lastSuccess: '2026-11-20T11:58:00Z',
  replicationType: 'tokens',
  running: true,
  sourceDatacenter: 'dc1',
}

describe('acl.replication', () => {
  it.each<[string, AclReplicationFacts, string]>([
    [
      'it runs and has never succeeded',
      withoutSuccess(working),
      'it has neither succeeded nor failed, as without a replication token',
    ],
    [
      'it has only failed so far',
      {...withoutSuccess(working), lastErrorMessage: 'ACL not found'},
      'it has never succeeded: ACL not found',
    ],
    ['it is off', {...working, enabled: false}, 'replication is off'],
    [
      'it has failed since',
      {...working, lastError: '2026-11-20T11:59:00Z', lastErrorMessage: 'EOF'},
      'failed at 2026-11-20T11:59:00Z: EOF',
    ],
    ['it leaves tokens out', {...working, replicationType: 'policies'}, 'it replicates policies, not tokens'],
  ])('fails where %s', (_what, facts, found) => {
    expect(findingOf('acl.replication', 'dc2', model, replicating(facts))).toMatchObject({found, status: 'fail'})
  })

  it('passes where the last success is later than the last error', () => {
    const facts = {...working, lastError: '2026-11-20T11:57:00Z', lastErrorMessage: 'EOF'}
    expect(findingOf('acl.replication', 'dc2', model, replicating(facts)).status).toBe('pass')
  })

  it('does without tokens where the file does', () => {
    const file = aFederation({acl: {...model.acl, tokenReplication: false}})
    const snapshot = replicating({...working, replicationType: 'policies'})
    expect(findingOf('acl.replication', 'dc2', file, snapshot).status).toBe('pass')
  })

  it('fails where ACLs are off in the secondary', () => {
    const snapshot = withView(healthy, 'dc2/dc2-s1', (view) => ({
      ...view,
      aclReplication: noAnswer('refused', 'GET http://127.7.2.1:8500/v1/acl/replication: 401 ACL support disabled'),
    }))
    expect(findingOf('acl.replication', 'dc2', model, snapshot)).toMatchObject({
      found: 'ACL support disabled',
      status: 'fail',
    })
  })
})

describe('ca.root', () => {
  it.each<[string, Partial<CaRootFacts>, string]>([
    ['another trust domain', {trustDomain: 'bbbb.consul'}, 'the trust domain is bbbb.consul'],
    ['another root', {activeRootId: '33:44'}, 'the active root is 33:44'],
    ['no root yet', {activeRootId: ''}, 'no active root'],
  ])('fails for a secondary with %s', (_what, facts, found) => {
    expect(findingOf('ca.root', 'dc2', model, withRoot('dc2/dc2-s1', facts))).toMatchObject({found, status: 'fail'})
  })

  it('fails for a primary without a root, and leaves the secondary alone', () => {
    const snapshot = withRoot('dc1/dc1-s1', {activeRootId: ''})
    expect(findingOf('ca.root', 'dc1', model, snapshot).status).toBe('fail')
    expect(findingOf('ca.root', 'dc2', model, snapshot).status).toBe('skip')
  })

  it('fails where Connect is off, which gateways need', () => {
    const off = noAnswer('refused', '500 Connect must be enabled in order to use this endpoint')
    const change = (snapshot: Snapshot) => withView(snapshot, 'dc2/dc2-s1', (view) => ({...view, caRoots: off}))
    expect(findingOf('ca.root', 'dc2', model, change(healthy)).status).toBe('fail')
    const gossip = aGossipFederation()
    expect(findingOf('ca.root', 'dc2', gossip, change(aHealthySnapshot(gossip))).status).toBe('skip')
  })

  it('is not asked of a secondary while the primary is unknown', () => {
    const snapshot = withView(healthy, 'dc1/dc1-s1', () => ({}))
    expect(findingOf('ca.root', 'dc2', model, snapshot).status).toBe('skip')
  })
})

function withoutSuccess({lastSuccess: _lastSuccess, ...facts}: AclReplicationFacts): AclReplicationFacts {
  return facts
}

function replicating(facts: AclReplicationFacts): Snapshot {
  return withView(healthy, 'dc2/dc2-s1', (view) => ({...view, aclReplication: answer(facts)}))
}

function withRoot(id: string, facts: Partial<CaRootFacts>): Snapshot {
  return withView(healthy, id, (view) =>
    view.caRoots?.ok ? {...view, caRoots: answer({...view.caRoots.value, ...facts})} : view,
  )
}
