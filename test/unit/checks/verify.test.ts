import {describe, expect, it} from 'vitest'

import {verify, verifySnapshot, type VerifyOptions} from '../../../src/checks/verify.js'
import type {Observer} from '../../../src/observe/observer.js'
import type {ServerView, Snapshot} from '../../../src/observe/snapshot.js'
import type {Ports} from '../../../src/system/ports.js'
import {aFederation} from '../../fixtures/federation.js'
import {
  aHealthySnapshot,
  answer,
  failing,
  noAnswer,
  refusedAt,
  without,
  withProbes,
  withRemote,
  withView,
  withViews,
} from '../../fixtures/snapshot.js'

const model = aFederation()
const healthy = aHealthySnapshot(model)
const cutOff = withViews(healthy, (view) => {
  const answers = {leader: noAnswer('refused', '500 No path to datacenter')}
  return withRemote(withRemote(view, 'dc1', answers), 'dc2', answers)
})

const withoutKeys = withViews(healthy, (view) => without(view, 'gossipKeys'))

describe('verify', () => {
  it('looks once where it is not to wait', async () => {
    const run = aRun([cutOff, healthy])
    const {report} = await run.verify({})
    expect(report.status).toBe('fail')
    expect(run.rounds).toHaveLength(1)
    expect(run.said).toEqual([])
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

  describe('where a gateway changed a moment ago and calls fail', () => {
    const states = (view: ServerView, updatedAt: string): ServerView => {
      const held = view.federationStates?.ok ? view.federationStates.value : []
      return {...view, federationStates: answer(held.map((state) => ({...state, updatedAt})))}
    }
    const back = withViews(cutOff, (view) => states(view, '2026-11-20T11:59:50Z'))
    const gone = withProbes(back, ({gateway}) => gateway === 'dc1/dc1-gw1', refusedAt('127.7.1.21:8443'))
    const causeOf = (run: ReturnType<typeof aRun>, options: VerifyOptions) =>
      run.verify(options).then(({report}) => report.diagnosis[0]?.cause)

    it('calls it a phase once the gateway has stayed, and says that it watches', async () => {
      const run = aRun([back])
      expect(await causeOf(run, {settleMs: 5000})).toBe('federation.settling')
      expect(run.said).toEqual(['a gateway has just returned: watching for up to 5 s whether it stays'])
      expect(run.rounds).toHaveLength(6)
      expect(run.rounds.at(-1)).toEqual(['catalog-gateways', 'gateway-paths', 'token'])
    })

    it('calls it a fault once the gateway has gone and come again', async () => {
      const run = aRun([back, back, gone, back])
      const {report, snapshot} = await run.verify({settleMs: 15_000})
      expect(report.diagnosis[0]).toMatchObject({cause: 'gateway.flapping', explains: ['wan.rpc']})
      expect(report.diagnosis[0]?.title).toMatch(
        /^gateway dc1\/dc1-gw1 comes and goes: dc1\/dc1-gw1 was up at 11:59:50/,
      )
      expect(run.rounds).toHaveLength(5)
      expect(verifySnapshot(model, snapshot).report.diagnosis).toEqual(report.diagnosis)
    })

    it('names a gateway that is gone by the end as what it is', async () => {
      expect(await causeOf(aRun([back, gone]), {settleMs: 3000})).toBe('gateway.none-usable')
    })

    it('sees it while it waits, too, and takes one return for what it is', async () => {
      const waitMs = 6000
      expect(await causeOf(aRun([back, gone, back]), {waitMs})).toBe('gateway.flapping')
      const long = withViews(gone, (view) => states(view, '2026-11-20T10:00:00Z'))
      expect(await causeOf(aRun([long, long, back]), {waitMs})).toBe('federation.settling')
    })

    it('does not watch where nothing of a gateway has changed, and where nobody asked for it', async () => {
      const old = withViews(cutOff, (view) => states(view, '2026-11-20T10:00:00Z'))
      expect(await causeOf(aRun([old]), {settleMs: 15_000})).not.toBe('federation.settling')
      const run = aRun([back])
      await run.verify({})
      expect(run.rounds).toHaveLength(1)
    })
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
function aRun(snapshots: readonly Snapshot[], signal: AbortSignal = new AbortController().signal) {
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
  return {rounds, said, slept, verify: (options: VerifyOptions) => verify(model, observer, ports, options)}
}
