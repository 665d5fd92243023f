import {describe, expect, it} from 'vitest'

import type {Observer} from '../../../src/observe/observer.js'
import type {MemberFacts, Snapshot} from '../../../src/observe/snapshot.js'
import {watchWan} from '../../../src/observe/soak.js'
import {aFederation} from '../../fixtures/federation.js'
import {aHealthySnapshot, noAnswer, withViews} from '../../fixtures/snapshot.js'

const healthy = aHealthySnapshot(aFederation())

function where(member: string, status: MemberFacts['status']): Snapshot {
  return withViews(healthy, (view, id) =>
    id === 'dc1/dc1-s1' && view.wanMembers?.ok
      ? {
          ...view,
          wanMembers: {
            ok: true,
            value: view.wanMembers.value.map((one) => (one.name === member ? {...one, status} : one)),
          },
        }
      : view,
  )
}

/** Watches for as many seconds as there are snapshots after the first. */
async function watch(...snapshots: Snapshot[]) {
  let now = 0
  const clock = {
    monotonicMs: () => now,
    now: () => new Date(now),
    sleep(ms: number) {
      now += ms
      return Promise.resolve()
    },
  }
  const rest = [...snapshots]
  const observer: Observer = {
    close: () => Promise.resolve(),
    observe: () => Promise.resolve(rest.shift() ?? healthy),
  }
  const signal = new AbortController().signal
  return watchWan(observer, {clock, signal, talk: () => undefined}, (snapshots.length - 1) * 1000)
}

describe('watching the WAN pool', () => {
  it('notes nothing while members keep their state', async () => {
    expect(await watch(healthy, healthy, healthy)).toEqual({durationMs: 2000, samples: 3, transitions: []})
  })

  it('notes each member that goes and comes back, with the server that saw it', async () => {
    const {transitions} = await watch(healthy, where('dc2-s1.dc2', 'failed'), healthy)
    expect(transitions).toEqual([
      {at: healthy.startedAt, from: 'alive', member: 'dc2-s1.dc2', server: 'dc1/dc1-s1', to: 'failed'},
      {at: healthy.startedAt, from: 'failed', member: 'dc2-s1.dc2', server: 'dc1/dc1-s1', to: 'alive'},
    ])
  })

  it('takes a server that does not answer for a moment for no change', async () => {
    const silent = withViews(healthy, (view) => ({...view, wanMembers: noAnswer('timeout', 'no answer in time')}))
    expect((await watch(healthy, silent, healthy)).transitions).toEqual([])
  })
})
