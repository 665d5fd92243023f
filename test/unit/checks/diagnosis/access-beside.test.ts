import {describe, expect, it} from 'vitest'

import type {Answer, Snapshot} from '../../../../src/observe/snapshot.js'
import {
  aCertificate,
  aHealthySnapshot,
  answer,
  noAnswer,
  withStates,
  withView,
  withViews,
} from '../../../fixtures/snapshot.js'
import {serversOf} from '../../../../src/federation/selectors.js'
import {aGrownFederation, reportOn} from '../judging.js'

const model = aGrownFederation()
const healthy = aHealthySnapshot(model)
const faulty = 'dc2/dc2-s1'
const overSince = {notAfter: '2026-10-16T20:33:18.000Z'}
const nothing = {agent: false, node: false, operator: false, service: false}

describe('a server that knows no token', () => {
  it('because its certificate has expired is one cause with that', () => {
    const [only, ...others] = reportOn(model, withoutToken(withExpired(healthy), faulty)).diagnosis
    expect(others).toEqual([])
    expect(only).toMatchObject({cause: 'tls.expired'})
    expect(only?.explains).toContain('access.token')
  })

  it('because it does not find its leader is one cause with that, and no phase', () => {
    const apart = withView(withoutToken(healthy, faulty), faulty, (view) => ({...view, leader: answer('')}))
    const young = new Date(Date.parse(apart.startedAt) - 10_000).toISOString()
    const changed = withViews(apart, (view) => withStates(view, (state) => ({...state, updatedAt: young})))
    const [only, ...others] = reportOn(model, changed).diagnosis
    expect(others).toEqual([])
    expect(only).toMatchObject({
      cause: 'raft.apart',
      explains: ['access.token', 'raft.leader'],
      title: 'dc2/dc2-s1 does not find the leader that the other servers of dc2 have',
    })
  })

  it('in legacy mode says so, and not that the token lacks rights', () => {
    const message = 'GET http://x/v1/acl/token/self: 500 The ACL system is currently in legacy mode.'
    const legacy = withView(healthy, faulty, (view) => ({
      ...view,
      permissions: answer(nothing),
      token: noAnswer('refused', message),
    }))
    const [only, ...others] = reportOn(model, legacy).diagnosis
    expect(others).toEqual([])
    expect(only?.title).toBe(
      'its ACLs are in legacy mode: it has not reached its leader, or the servers of dc1 (dc2/dc2-s1)',
    )
    expect(only?.fix[0]).toMatch(/^see in the log of dc2\/dc2-s1 why it does not reach its leader/)
  })

  it('is something else than one whose token is too weak, which stays so when the other fault is mended', () => {
    const weak = withViews(withExpired(healthy), (view) => ({...view, permissions: answer({...nothing, node: true})}))
    const causes = reportOn(model, weak).diagnosis.map(({cause}) => cause)
    expect(causes).toEqual(['tls.expired', 'access.token'])
  })

  it('does not stand for another one on which the same token is refused', () => {
    const both = withoutToken(withoutToken(withExpired(healthy), faulty), 'dc1/dc1-s2')
    const causes = reportOn(model, both).diagnosis.map(({cause}) => cause)
    expect(causes).toEqual(['tls.expired', 'access.token'])
  })
})

function withExpired(snapshot: Snapshot): Snapshot {
  const server = serversOf(model).find(({id}) => id === faulty)
  if (!server) throw new Error(`no ${faulty}`)
  const certificate = answer(aCertificate(model, server, overSince))
  return withView(snapshot, faulty, (view) => ({
    ...view,
    certificateOnDisk: certificate,
    certificateOnWire: certificate,
  }))
}

/** As Consul 1.8.7 answers for a token that it cannot look up anywhere. */
function withoutToken(snapshot: Snapshot, id: string): Snapshot {
  const refused: Answer<never> = noAnswer('forbidden', 'GET http://x/v1/acl/token/self: 403 ACL not found')
  return withView(snapshot, id, (view) => ({...view, permissions: answer(nothing), token: refused}))
}
