import {expect, it} from 'vitest'

import {leadersStanding, type LeadersSources} from '../../../src/holdings/leaders-standing.js'
import {aDatacenter, aServer} from '../../fixtures/federation.js'

const refused = {failure: {kind: 'refused', message: '500'}, ok: false} as const
const named = (leader: string) => ({ok: true, value: leader}) as const
const agent = (primaryDatacenter: string) => ({ok: true, value: {primaryDatacenter}}) as const
const [changed, old] = [aServer('dc2', 's1', '127.7.2.1'), aServer('dc2', 's2', '127.7.2.2')]
const datacenter = aDatacenter(2, {servers: [changed, old]})

/** @param rounds what the servers say, one round after the other, the last again and again. */
const standing = (...rounds: object[]) => {
  let ms = 0
  const observe = () => Promise.resolve({servers: rounds.length > 1 ? rounds.shift() : rounds[0]})
  return leadersStanding(datacenter, {
    federation: {primary: 'dc1'},
    observer: {observe},
    ports: {
      clock: {
        monotonicMs: () => ms,
        now: () => new Date(0),
        async sleep(pause: number) {
          ms += pause
          await Promise.resolve()
        },
      },
      signal: new AbortController().signal,
    },
  } as unknown as LeadersSources)
}

const ledBy = (address: string) => ({
  [changed.id]: {aclReplication: refused, agent: agent('dc1'), leader: named(`${address}:8300`)},
  [old.id]: {aclReplication: refused, agent: agent('dc2'), leader: named(`${address}:8300`)},
})

it('is that of the leader where servers differ, also where there are no ACLs whose replication would tell', async () => {
  expect(await standing(ledBy('127.7.2.1'))).toBe('joined')
  expect(await standing(ledBy('127.7.2.2'))).toBe('own')
})

it('waits for an election, and not for ever', async () => {
  const leaderless = {[old.id]: {aclReplication: refused, agent: refused}}
  expect(await standing(leaderless, leaderless, ledBy('127.7.2.1'))).toBe('joined')
  expect(await standing(leaderless)).toBe('unknown')
})
