import {describe, expect, it} from 'vitest'

import {joinsOf, standingOf} from '../../../src/holdings/standing.js'
import type {ServerView} from '../../../src/observe/snapshot.js'

const forbidden = {failure: {kind: 'forbidden', message: '403'}, ok: false} as const
const agent = (primaryDatacenter: string) =>
  ({ok: true, value: {datacenter: 'dc2', nodeName: 's', primaryDatacenter, server: true, version: '1.8.7'}}) as const
const replication = (enabled: boolean) =>
  ({ok: true, value: {enabled, replicationType: '', running: enabled, sourceDatacenter: enabled ? 'dc1' : ''}}) as const
const standing = (...views: ServerView[]) =>
  standingOf(
    views.map((_, index) => `s${index}`),
    {servers: Object.fromEntries(views.map((view, index) => [`s${index}`, view]))},
    'dc1',
  )

describe('how a datacenter stands to the primary', () => {
  it('is told by its agents', () => {
    expect(standing({aclReplication: replication(false), agent: agent('dc2')})).toBe('own')
    expect(standing({aclReplication: replication(false), agent: agent('dc1')})).toBe('joined')
  })

  it('is told by replication where the token may not read agents', () => {
    expect(standing({aclReplication: replication(false), agent: forbidden})).toBe('own')
    expect(standing({aclReplication: replication(true), agent: forbidden})).toBe('joined')
  })

  it('is that of the leader where servers differ', () => {
    const [old, changed] = [agent('dc2'), agent('dc1')]
    expect(standing({aclReplication: replication(false), agent: changed}, {agent: old})).toBe('own')
    expect(standing({aclReplication: replication(true), agent: changed}, {agent: old})).toBe('joined')
  })

  it('is never assumed', () => {
    const silent = {failure: {kind: 'unreachable', message: 'no answer'}, ok: false} as const
    expect(
      standing({aclReplication: {...forbidden, failure: {kind: 'refused', message: '500'}}, agent: forbidden}),
    ).toBe('unknown')
    expect(standing({aclReplication: silent, agent: silent})).toBe('silent')
  })
})

describe('how a datacenter without a primary is joined to others', () => {
  const member = (datacenter: string, status: 'alive' | 'failed' | 'left') =>
    ({address: '', build: '', datacenter, id: '', name: `s.${datacenter}`, port: 8302, role: '', status}) as const
  const joins = (view: ServerView) => joinsOf(['s'], {servers: {s: view}}, 'dc2')

  it('is told by what its servers join, and by their WAN pool', () => {
    const {value} = agent('dc2')
    expect(joins({agent: {ok: true, value: {...value, retryJoinWan: ['10.0.1.1']}}})).toEqual(['s has retry_join_wan'])
    const members = [member('dc2', 'alive'), member('dc1', 'failed'), member('dc3', 'left')]
    expect(joins({wanMembers: {ok: true, value: members}})).toEqual(['s has s.dc1 in its WAN pool'])
  })

  it('is not at all where it is on its own', () => {
    expect(joins({agent: agent('dc2'), wanMembers: {ok: true, value: [member('dc2', 'alive')]}})).toEqual([])
    expect(joins({agent: forbidden, wanMembers: forbidden})).toEqual([])
  })
})
