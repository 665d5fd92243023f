import {describe, expect, it} from 'vitest'

import type {Snapshot} from '../../../src/observe/snapshot.js'
import {aHealthySnapshot, answer, noAnswer, withViews} from '../../fixtures/snapshot.js'
import {aGrownFederation, findingOf} from './judging.js'

const model = aGrownFederation()
const healthy = aHealthySnapshot(model)

describe('raft.leader', () => {
  it('fails where no server sees a leader', () => {
    expect(findingOf('raft.leader', 'dc1', model, withLeaders('', '', ''))).toMatchObject({
      evidence: ['dc1/dc1-s1 sees no leader', 'dc1/dc1-s2 sees no leader', 'dc1/dc1-s3 sees no leader'],
      found: 'no leader',
      status: 'fail',
    })
  })

  it('fails where servers that were started apart have two', () => {
    const snapshot = withLeaders('127.7.1.1:8300', '127.7.1.1:8300', '127.7.1.3:8300')
    expect(findingOf('raft.leader', 'dc1', model, snapshot)).toMatchObject({
      found: '2 leaders: 127.7.1.1:8300 and 127.7.1.3:8300',
      status: 'fail',
    })
  })

  it('says to compare bootstrap_expect where all servers answer, and to start servers where some are silent', () => {
    const fixOf = (...leaders: (string | undefined)[]) =>
      findingOf('raft.leader', 'dc1', model, withLeaders(...leaders)).fix?.join('\n')
    expect(fixOf('', '', '')).toMatch(
      /compare bootstrap_expect.*\nfedctl config render --dc dc1\n.*restart consul there\n.*"Failed to resolve".*"not part of stable configuration"/,
    )
    expect(fixOf('', undefined, undefined)).toMatch(/^start the servers of dc1 until more than half of them run/)
  })

  it('fails for one server that does not see the leader of the others, which may come in seconds', () => {
    const snapshot = withLeaders('127.7.1.1:8300', '', '127.7.1.1:8300')
    expect(findingOf('raft.leader', 'dc1', model, snapshot)).toMatchObject({
      found: 'dc1/dc1-s2 sees no leader',
      settling: true,
      status: 'fail',
    })
  })

  it('believes the servers that answer', () => {
    const snapshot = withLeaders(undefined, '127.7.1.2:8300', undefined)
    expect(findingOf('raft.leader', 'dc1', model, snapshot)).toMatchObject({found: '127.7.1.2:8300', status: 'pass'})
    expect(findingOf('raft.leader', 'dc1', model, withLeaders(undefined, undefined, undefined)).status).toBe('skip')
  })
})

describe('raft.tolerance', () => {
  it('warns where losing one server is too much', () => {
    const snapshot = withViews(healthy, (view) => ({...view, autopilot: answer({failureTolerance: 0, healthy: true})}))
    expect(findingOf('raft.tolerance', 'dc1', model, snapshot)).toMatchObject({
      found: 'losing one server stops it (3 servers in the federation file)',
      status: 'warn',
    })
  })

  it('warns where autopilot has an unhealthy server', () => {
    const snapshot = withViews(healthy, (view) => ({...view, autopilot: answer({failureTolerance: 1, healthy: false})}))
    expect(findingOf('raft.tolerance', 'dc1', model, snapshot).found).toContain('an unhealthy server')
  })
})

/** Leaders as the three servers of dc1 see them; undefined where a server is silent. */
function withLeaders(...leaders: readonly (string | undefined)[]): Snapshot {
  return withViews(healthy, (view, id) => {
    if (!id.startsWith('dc1/')) return view
    const leader = leaders[Number(id.at(-1)) - 1]
    return {...view, leader: leader === undefined ? noAnswer('unreachable', 'connect ECONNREFUSED') : answer(leader)}
  })
}
