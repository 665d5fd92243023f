import {describe, expect, it} from 'vitest'

import type {Snapshot} from '../../../src/observe/snapshot.js'
import type {RunbookContext} from '../../../src/runbooks/context.js'
import {joinsByHand} from '../../../src/runbooks/join-again.js'
import {aFederation} from '../../fixtures/federation.js'
import {aHealthySnapshot, answer, withView} from '../../fixtures/snapshot.js'

const federation = aFederation()
const moved = aHealthySnapshot(federation)
const half = withView(moved, 'dc2/dc2-s1', (view) =>
  view.agent?.ok ? {...view, agent: answer({...view.agent.value, meshGatewayFederation: false})} : view,
)
/** The primary has come back, and knows itself alone. */
const lonely = withView(half, 'dc1/dc1-s1', (view) =>
  view.wanMembers?.ok
    ? {...view, wanMembers: answer(view.wanMembers.value.filter(({datacenter}) => datacenter === 'dc1'))}
    : view,
)

function asking(snapshot: Snapshot, nowMs: () => number = () => 0) {
  const context = {
    federation,
    observer: {observe: () => Promise.resolve(snapshot)},
    ports: {clock: {monotonicMs: nowMs}},
  } as unknown as RunbookContext
  const joins = joinsByHand()
  return () => joins(context)
}

describe('a server of the primary that somebody restarted with the flag', () => {
  it('is to be joined by a secondary that joins directly and that it does not know, once in five seconds', async () => {
    let nowMs = 0
    const ask = asking(lonely, () => nowMs)
    const join = {
      by: ['dc2/dc2-s1'],
      kind: 'join-wan',
      server: 'dc1/dc1-s1',
      summary: 'have dc2/dc2-s1 join dc1/dc1-s1 again',
    }
    expect(await ask()).toEqual([join])
    nowMs = 4000
    expect(await ask()).toEqual([])
    nowMs = 6000
    expect(await ask()).toEqual([join])
  })

  it.each([
    ['it knows the secondary', half],
    ['the secondary is moved already', moved],
  ])('is left alone where %s', async (_what, snapshot) => {
    expect(await asking(snapshot)()).toEqual([])
  })
})
