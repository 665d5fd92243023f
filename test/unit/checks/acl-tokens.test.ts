import {describe, expect, it} from 'vitest'

import type {HeldTokenFacts} from '../../../src/observe/held-token-facts.js'
import type {Answer, ServerView, Snapshot} from '../../../src/observe/snapshot.js'
import {aDatacenter, aFederation} from '../../fixtures/federation.js'
import {aHealthySnapshot, answer, noAnswer, withView, withViews, without} from '../../fixtures/snapshot.js'
import {findingOf, resultOf} from './judging.js'

const model = aFederation()
const healthy = aHealthySnapshot(model)
const open = aFederation({acl: {...model.acl, defaultPolicy: 'allow'}})
const notFound = noAnswer('forbidden', 'GET http://127.7.1.1:8500/v1/acl/token/self: 403 ACL not found')
const everything = ['acl', 'operator', 'key', 'keyring', 'node', 'service'].map((resource) => `${resource}:write`)
const reads = ['node:read', 'service:read', 'intention:read']

describe('acl.bootstrapped', () => {
  const unknown = withViews(healthy, (view) => ({...view, token: notFound}))
  const never = withViews(unknown, (view) => without(view, 'aclReplication'))

  it('holds where a server knows a token, or a secondary has replicated', () => {
    expect(findingOf('acl.bootstrapped', 'dc1', model, healthy)).toMatchObject({
      found: 'a token resolves',
      status: 'pass',
    })
    expect(findingOf('acl.bootstrapped', 'dc1', model, unknown)).toMatchObject({
      found: 'a secondary replicates',
      status: 'pass',
    })
  })

  it('fails where Consul says that nobody has', () => {
    const text =
      '403 ACL system must be bootstrapped before making any requests that require authorization: ACL not found'
    const snapshot = withViews(never, (view) => ({...view, token: noAnswer('forbidden', text)}))
    expect(findingOf('acl.bootstrapped', 'dc1', model, snapshot)).toMatchObject({
      fix: ['fedctl acl bootstrap'],
      found: 'nobody has bootstrapped the ACLs',
      status: 'fail',
    })
  })

  it('is not judged where Consul knows no token and does not say why, as before 1.11', () => {
    expect(findingOf('acl.bootstrapped', 'dc1', model, never)).toMatchObject({status: 'skip'})
  })

  it('does not take the anonymous token for one that somebody made', () => {
    const anonymous = answer({accessorId: '00000000-0000-0000-0000-000000000002', policies: []})
    const snapshot = withViews(never, (view) => ({...view, token: anonymous}))
    expect(findingOf('acl.bootstrapped', 'dc1', model, snapshot).status).toBe('skip')
  })
})

describe('acl.replication-rights', () => {
  const judge = (token: Answer<HeldTokenFacts>, file = model) =>
    findingOf(
      'acl.replication-rights',
      'dc1',
      file,
      withView(healthy, 'dc1/dc1-s1', (view) => ({...view, replicationToken: token})),
    )

  it.each<[Answer<HeldTokenFacts>, string, string | undefined]>([
    [held([...everything.slice(0, 2), 'service:read', 'intention:read']), 'pass', undefined],
    [held(['acl:write', 'service:read', 'intention:read']), 'fail', 'the replication token lacks operator:write'],
    [
      held([...everything.slice(0, 2), 'service:read', 'intention:read'], ['service:read web', 'intention:read web']),
      'fail',
      'the replication token lacks service:read web and intention:read web',
    ],
    [
      held([...everything.slice(0, 2), 'intention:read'], ['service:read web']),
      'fail',
      'the replication token lacks service:read',
    ],
    [
      held([...everything, ...reads]),
      'warn',
      'the replication token may also do key:write, keyring:write and service:write',
    ],
    [notFound, 'fail', 'the replication token of the workspace is not known there'],
    [noAnswer('timeout', 'no answer in time'), 'skip', 'no answer in time: no answer in time'],
  ])('judges %j as %s', (token, status, found) => {
    const finding = judge(token)
    expect([finding.status, finding.found]).toEqual([status, found])
  })

  it('does not call it too strong where every token may do everything', () => {
    expect(judge(held([...everything, ...reads]), open).status).toBe('pass')
  })
})

describe('acl.gateway-token', () => {
  const judge = (token: Answer<HeldTokenFacts>) =>
    findingOf(
      'acl.gateway-token',
      'dc2',
      model,
      withView(healthy, 'dc2/dc2-s1', (view) => ({...view, gatewayToken: token})),
    )

  it.each<[Answer<HeldTokenFacts>, string, string | undefined]>([
    [held([...reads, 'service:write mesh-gateway']), 'pass', undefined],
    [held(reads), 'fail', 'the gateway token lacks service:write mesh-gateway'],
    [held(reads, ['service:write mesh-gateway']), 'fail', 'the gateway token lacks service:write mesh-gateway'],
    [
      held([...reads, 'service:write mesh-gateway'], ['node:read dc2-s1']),
      'fail',
      'the gateway token lacks node:read dc2-s1',
    ],
    [
      {ok: true, value: {local: true, rights: [...reads, 'service:write mesh-gateway']}},
      'fail',
      'the gateway token is local, so other datacenters do not know it',
    ],
    [held([...reads, 'service:write mesh-gateway', 'node:write']), 'warn', 'the gateway token may also do node:write'],
    [notFound, 'fail', 'the gateway token of the workspace is not known there'],
  ])('judges %j as %s', (token, status, found) => {
    const finding = judge(token)
    expect([finding.status, finding.found]).toEqual([status, found])
  })

  it('is mended by taking out what denies a name, where it is not the right on all names that is missing', () => {
    const names = [1, 2, 3, 4, 5, 6, 7].map((n) => `node:read n${n}`)
    const fixOf = (token: Answer<HeldTokenFacts>) => judge(token).fix
    expect(judge(held([...reads, 'service:write mesh-gateway'], names)).found).toBe(
      'the gateway token lacks node:read n1, node:read n2, node:read n3, node:read n4, node:read n5 and 2 more',
    )
    expect(fixOf(held([...reads, 'service:write mesh-gateway'], ['node:read dc2-s1']))).toEqual([
      'fedctl acl apply',
      'take what denies dc2-s1, by name or prefix, out of the policies of the gateway token: consul acl token read -self, with that token',
    ])
    expect(fixOf(held(['service:read', 'service:write mesh-gateway'], ['node:read dc2-s1']))).toEqual([
      'fedctl acl apply',
    ])
    expect(fixOf(held(reads, ['service:write mesh-gateway']))).toEqual(['fedctl acl apply'])
  })

  it('is not judged where the workspace holds no such token, and where there is no gateway', () => {
    const snapshot = withViews(healthy, (view) => without(view, 'gatewayToken'))
    expect(resultOf('acl.gateway-token', model, snapshot).findings[0]?.found).toBe(
      'it was not asked: the workspace holds no such token',
    )
    const bare = aFederation({datacenters: [aDatacenter(1), aDatacenter(2, {gateways: []})]})
    expect(resultOf('acl.gateway-token', bare, aHealthySnapshot(bare)).findings.map(({subject}) => subject)).toEqual([
      'dc1',
    ])
  })
})

describe('acl.anonymous', () => {
  const none = aFederation({acl: {...model.acl, anonymous: 'none'}})

  it.each([
    ['read', reads, 'pass', 'node:read and service:read'],
    ['read', ['node:read'], 'warn', 'without a token service:read is refused in dc2'],
    ['read', [...reads, 'key:write'], 'warn', 'without a token one may do key:write in dc2'],
    ['none', [], 'pass', 'nothing is allowed'],
    ['none', reads, 'warn', 'without a token one may do node:read and service:read in dc2'],
    ['none', ['service:read web'], 'warn', 'without a token one may do service:read web in dc2'],
    [
      'none',
      [1, 2, 3, 4, 5, 6, 7].map((n) => `node:read n${n}`),
      'warn',
      'without a token one may do node:read n1, node:read n2, node:read n3, node:read n4, node:read n5 and 2 more in dc2',
    ],
    ['read', [...reads, 'service:read web'], 'pass', 'node:read and service:read'],
  ])('judges, where the file says %s, %j as %s', (anonymous, rights, status, found) => {
    const file = anonymous === 'read' ? model : none
    const snapshot = allowing(healthy, rights)
    expect(findingOf('acl.anonymous', 'dc2', file, snapshot)).toMatchObject({found, status})
  })

  it('does not apply where everything is allowed anyway', () => {
    expect(resultOf('acl.anonymous', open, allowing(healthy, everything)).status).toBe('skip')
  })
})

describe('acl.roundtrip', () => {
  const made = {accessorId: 'a-1', made: answer(10), removed: answer(true)}
  const judge = (known: Answer<number>, gone: Answer<number>, rest: Partial<typeof made> = {}) =>
    findingOf('acl.roundtrip', 'dc2/dc2-s1', model, {
      ...healthy,
      roundtrip: {...made, ...rest, servers: {'dc2/dc2-s1': {gone, known}}},
    })

  it('holds where the token came and went', () => {
    expect(judge(answer(1200), answer(800))).toMatchObject({
      found: 'known after 1.2 s, gone after 0.8 s',
      status: 'pass',
    })
  })

  it('fails where it never came, or never went', () => {
    const late = noAnswer('timeout', 'still unknown after 30 s')
    expect(judge(late, answer(0))).toMatchObject({found: 'a new token is still unknown after 30 s', status: 'fail'})
    const stays = noAnswer('timeout', 'still known after 30 s')
    expect(judge(answer(5), stays)).toMatchObject({found: 'a removed token is still known after 30 s', status: 'fail'})
  })

  it('is not judged where the token could not be made, and names the permission', () => {
    const notMade = {made: noAnswer('forbidden', 'PUT http://127.7.1.1:8500/v1/acl/token: 403 Permission denied')}
    const nothing = noAnswer('not-found', 'the token was not made')
    expect(judge(nothing, nothing, notMade)).toMatchObject({
      found: 'the token lacks acl:write (Permission denied)',
      status: 'skip',
    })
  })

  it('says which token is to be removed by hand where fedctl could not', () => {
    const {fix, status} = judge(answer(5), answer(5), {removed: noAnswer('unreachable', 'connect ECONNREFUSED')})
    expect(status).toBe('fail')
    expect(fix?.[0]).toContain('consul acl token delete -id a-1')
  })

  it('says how it is asked for', () => {
    expect(resultOf('acl.roundtrip', model, healthy).findings[0]?.found).toContain('--write-probes')
  })
})

function held(rights: readonly string[], refused?: readonly string[]): Answer<HeldTokenFacts> {
  return answer({local: false, ...(refused ? {refused} : {}), rights})
}

function allowing(snapshot: Snapshot, rights: readonly string[]): Snapshot {
  return withViews(snapshot, (view): ServerView => ({...view, anonymousRights: answer(rights)}))
}
