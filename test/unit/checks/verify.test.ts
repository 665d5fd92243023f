import {describe, expect, it} from 'vitest'

import {verify, type VerifyOptions} from '../../../src/checks/verify.js'
import type {Federation} from '../../../src/federation/model.js'
import type {Observer} from '../../../src/observe/observer.js'
import type {Snapshot} from '../../../src/observe/snapshot.js'
import type {Ports} from '../../../src/system/ports.js'
import {aFederation} from '../../fixtures/federation.js'
import {
  aHealthySnapshot,
  answer,
  failing,
  noAnswer,
  without,
  withRemote,
  withStates,
  withView,
  withViews,
} from '../../fixtures/snapshot.js'
import {aGrownFederation} from './judging.js'

const model = aFederation()
const healthy = aHealthySnapshot(model)
const cutOff = withViews(healthy, (view) => {
  const answers = {leader: noAnswer('refused', '500 No path to datacenter')}
  return withRemote(withRemote(view, 'dc1', answers), 'dc2', answers)
})

const young = withViews(cutOff, (view) =>
  withStates(view, (state) => ({...state, updatedAt: new Date(Date.parse(cutOff.startedAt) - 10_000).toISOString()})),
)
const withoutKeys = withViews(healthy, (view) => without(view, 'gossipKeys'))

describe('verify', () => {
  it('looks once where it is not to wait', async () => {
    const run = aRun([cutOff, healthy])
    const {report} = await run.verify({})
    expect(report.status).toBe('fail')
    expect(run.rounds).toHaveLength(1)
    expect(run.said).toEqual([])
  })

  it('looks again for some seconds where the federation is only finding itself again, and no longer than that', async () => {
    const [settled, lasting] = [aRun([young, young, healthy]), aRun([young])]
    expect((await settled.verify({settleMs: 5000})).report.status).toBe('warn')
    expect(settled.rounds).toHaveLength(3)
    expect((await lasting.verify({settleMs: 5000})).report.status).toBe('fail')
    expect(lasting.slept).toEqual([1000, 1000, 1000, 1000, 1000])
  })

  it('looks again for some seconds where a server of three has only just come, and then warns', async () => {
    const grown = aGrownFederation()
    const grownWell = aHealthySnapshot(grown)
    const unstable = withViews(grownWell, (view) => ({
      ...view,
      autopilot: answer({failureTolerance: 0, healthy: true}),
    }))
    const only = ['raft.*']
    const settled = aRun([unstable, unstable, grownWell], undefined, grown)
    expect((await settled.verify({only, settleMs: 5000})).report.status).toBe('pass')
    expect(settled.said).toEqual([
      'waiting for raft.tolerance: losing one server stops it (3 servers in the federation file)',
    ])
    const lasting = aRun([unstable], undefined, grown)
    expect((await lasting.verify({only, settleMs: 5000, waitMs: 60_000})).report.status).toBe('warn')
    expect(lasting.slept).toHaveLength(5)
  })

  it('waits for a warning that seconds may end also where warnings fail the run, and after others have been waited out', async () => {
    const grown = aGrownFederation()
    const grownWell = aHealthySnapshot(grown)
    const unstable = withViews(grownWell, (view) => ({
      ...view,
      autopilot: answer({failureTolerance: 0, healthy: true}),
    }))
    const down = withViews(grownWell, (view) => ({...view, leader: answer('')}))
    const only = ['raft.*']
    const strict = aRun([unstable, unstable, grownWell], undefined, grown)
    expect((await strict.verify({failOn: 'warning', only, settleMs: 5000})).report.status).toBe('pass')
    const after = aRun([...Array.from({length: 7}, () => down), unstable, unstable, grownWell], undefined, grown)
    expect((await after.verify({only, settleMs: 5000, waitMs: 60_000})).report.status).toBe('pass')
    expect(after.said.at(-1)).toBe(
      'waiting for raft.tolerance: losing one server stops it (3 servers in the federation file)',
    )
  })

  it('looks again for some seconds where a server has not found its leader yet', async () => {
    const grown = aGrownFederation()
    const grownWell = aHealthySnapshot(grown)
    const starting = withView(grownWell, 'dc2/dc2-s1', (view) => ({
      ...view,
      leader: answer(''),
      permissions: answer({agent: false, node: false, operator: false, service: false}),
      token: noAnswer('forbidden', 'GET http://x/v1/acl/token/self: 403 ACL not found'),
    }))
    const run = aRun([starting, grownWell], undefined, grown)
    await run.verify({settleMs: 5000})
    expect(run.slept).toEqual([1000])
    const lasting = aRun([starting], undefined, grown)
    const {report} = await lasting.verify({settleMs: 5000})
    expect(report.diagnosis.map(({cause}) => cause)).toEqual(['raft.apart'])
    expect(lasting.slept).toHaveLength(5)
  })

  it('looks again for some seconds where nothing but config entries differs, which may be on their way', async () => {
    const written = withView(healthy, 'dc2/dc2-s1', (view) => ({...view, configEntries: answer({entries: []})}))
    const run = aRun([written, healthy])
    expect((await run.verify({settleMs: 5000})).report.status).toBe('warn')
    const lasting = aRun([written])
    expect((await lasting.verify({settleMs: 5000})).report.diagnosis[0]?.cause).toBe('entries.replicated')
    expect(lasting.slept).toHaveLength(5)
  })

  it('warns at once where a server of three does not answer, or there are less', async () => {
    const grown = aGrownFederation()
    const silent = {kind: 'unreachable', message: 'connect ECONNREFUSED'} as const
    const unstable = withViews(aHealthySnapshot(grown), (view, id) =>
      id === 'dc1/dc1-s3'
        ? failing(view, silent)
        : {...view, autopilot: answer({failureTolerance: id.startsWith('dc1') ? 0 : 1, healthy: id.startsWith('dc2')})},
    )
    for (const run of [aRun([unstable], undefined, grown), aRun([healthy])]) {
      expect((await run.verify({only: ['raft.*'], settleMs: 5000})).report.status).toBe('warn')
      expect(run.slept).toEqual([])
    }
  })

  it('does not look again where something is broken', async () => {
    const run = aRun([cutOff, healthy])
    expect((await run.verify({settleMs: 5000})).report.status).toBe('fail')
  })

  it('asks after watching too, so that servers which only watching was about have answered', async () => {
    const run = aRun([healthy])
    await run.verify({only: ['wan.stable'], soakMs: 1000})
    expect(run.rounds.at(-1)).toEqual(['wan-members', 'token'])
  })

  it('asks only what the chosen checks need', async () => {
    const run = aRun([healthy])
    const {report} = await run.verify({only: ['raft.leader']})
    expect(run.rounds).toEqual([['leader']])
    expect(report.checks.map(({id}) => id)).toEqual(['raft.leader'])
  })

  it('waits until nothing fails, and says what it waits for whenever that changes', async () => {
    const run = aRun([cutOff, cutOff, cutOff, healthy])
    const {report} = await run.verify({waitMs: 60_000})
    expect(report.status).toBe('warn')
    expect(run.rounds).toHaveLength(4)
    expect(run.said).toHaveLength(1)
    expect(run.said[0]).toMatch(/^waiting for wan\.rpc: /)
  })

  it('waits for warnings too where they are to fail', async () => {
    const ahead = withViews(healthy, (view) => ({...view, clockOffsetMs: 60_000}))
    const options = {only: ['access.clock'], waitMs: 60_000}
    expect((await aRun([ahead]).verify(options)).report.status).toBe('warn')
    const run = aRun([ahead, ahead, healthy])
    const {report} = await run.verify({...options, failOn: 'warning'})
    expect(report.status).toBe('pass')
    expect(run.rounds).toHaveLength(3)
    expect(run.said).toEqual(['waiting for access.clock: 60 s ahead of this machine'])
  })

  it('gives up at the deadline, and not before a last look', async () => {
    const run = aRun([cutOff])
    const {report} = await run.verify({waitMs: 2500})
    expect(report.status).toBe('fail')
    expect(run.slept).toEqual([1000, 1000, 500])
    expect(run.rounds).toHaveLength(4)
  })

  it('waits for agents that are not there yet', async () => {
    const dark = {
      ...withViews(healthy, (view) => failing(view, {kind: 'unreachable', message: 'connect ECONNREFUSED'})),
      paths: [],
    }
    const run = aRun([dark, healthy])
    const {reachable} = await run.verify({waitMs: 5000})
    expect(reachable).toBe(true)
    expect((await aRun([dark]).verify({})).reachable).toBe(false)
  })

  it('ends at once when the run is cancelled while it waits', async () => {
    const controller = new AbortController()
    const run = aRun([cutOff], controller.signal)
    controller.abort(new Error('cancelled'))
    await expect(run.verify({waitMs: 60_000})).rejects.toThrow('cancelled')
  })

  it.each<[VerifyOptions, string]>([
    [{only: ['wan.rcp']}, 'no check fits "wan.rcp"'],
    [{datacenters: ['dc9']}, 'no datacenter is named "dc9"'],
  ])('refuses %j before anybody is asked', async (options, message) => {
    const run = aRun([healthy])
    await expect(run.verify(options)).rejects.toThrow(message)
    expect(run.rounds).toEqual([])
  })

  it('asks for gossip keys once servers are missing in the WAN pool, and reports what they tell only where they differ', async () => {
    const apart = withViews(withoutKeys, (view, id) => {
      const members = view.wanMembers?.ok ? view.wanMembers.value : []
      return {...view, wanMembers: answer(members.filter(({name}) => name.endsWith(`.${id.split('/')[0]}`)))}
    })
    const other = answer({installed: ['k2'], primary: ['k2']})
    const differing = withView(healthy, 'dc2/dc2-s1', (view) => ({...view, gossipKeys: other}))
    const run = aRun([apart, differing])
    const {report} = await run.verify({})
    expect(run.rounds.at(-1)).toEqual(['gossip-keys'])
    expect(report.diagnosis[0]?.cause).toBe('gossip.other-key')
    const alike = await aRun([apart, healthy]).verify({})
    expect(alike.report.checks.map(({id}) => id)).not.toContain('gossip.key')
    expect(alike.report.diagnosis[0]?.cause).toBe('wan.nobody-in-pool')
  })

  it.each([[{only: ['wan.rpc'], skip: ['wan']}], [{only: ['gossip']}], [{skip: ['*']}]])(
    'refuses a choice that leaves no check, and asks nobody (%j)',
    async (options) => {
      const run = aRun([healthy])
      await expect(run.verify(options)).rejects.toMatchObject({
        code: 'usage',
        suggestions: ['name other checks', expect.stringContaining('gossip.key')],
      })
      expect(run.rounds).toEqual([])
    },
  )

  it('judges what touches the datacenters that are asked for', async () => {
    const {report} = await aRun([healthy]).verify({datacenters: ['dc2'], only: ['raft.leader', 'wan.rpc']})
    expect(report.checks.map(({findings}) => findings.map(({subject}) => subject))).toEqual([
      ['dc2'],
      ['dc1/dc1-s1 → dc2', 'dc2/dc2-s1 → dc1'],
    ])
  })
})

/** A run over snapshots that follow one another, the last one again and again, on a clock that only sleeping moves. */
function aRun(
  snapshots: readonly Snapshot[],
  signal: AbortSignal = new AbortController().signal,
  federation: Federation = model,
) {
  const rounds: string[][] = []
  const said: string[] = []
  const slept: number[] = []
  let now = Date.parse('2026-11-20T12:00:00Z')
  const observer: Observer = {
    async close() {
      throw new Error('who opens an observer closes it')
    },
    async observe(observations) {
      const snapshot = snapshots[Math.min(rounds.length, snapshots.length - 1)]
      rounds.push([...observations])
      return snapshot ?? expect.fail('there is a snapshot')
    },
  }
  const ports: Ports = {
    clock: {
      monotonicMs: () => now,
      now: () => new Date(now),
      async sleep(ms, cancelled) {
        cancelled?.throwIfAborted()
        slept.push(ms)
        now += ms
      },
    },
    env: {},
    signal,
    talk: (line) => said.push(line),
  }
  return {rounds, said, slept, verify: (options: VerifyOptions) => verify(federation, observer, ports, options)}
}
