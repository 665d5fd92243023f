import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import {FedctlError} from '../../../src/errors/fedctl-error.js'
import {openJournal, readJournal} from '../../../src/federation/journal.js'
import {Secrets} from '../../../src/federation/secrets.js'
import type {Host} from '../../../src/hosts/host.js'
import type {RunbookContext} from '../../../src/runbooks/context.js'
import {runRunbook} from '../../../src/runbooks/engine.js'
import type {RunbookEvent} from '../../../src/runbooks/events.js'
import type {Change, Runbook, Step} from '../../../src/runbooks/step.js'
import {systemClock} from '../../../src/system/clock.js'
import {aFederation} from '../../fixtures/federation.js'
import {aHealthySnapshot, withGateways, withViews} from '../../fixtures/snapshot.js'

const noHost: Host = {apply: () => Promise.resolve(), stateOf: () => Promise.resolve({status: 'never-started'})}

describe('a runbook', () => {
  let workspace: string
  let context: RunbookContext
  let controller: AbortController

  beforeEach(async () => {
    workspace = await mkdtemp(join(tmpdir(), 'fedctl-runbook-'))
    controller = new AbortController()
    const federation = aFederation({workspace})
    const secrets = await Secrets.load(workspace)
    context = {
      client: () => Promise.reject(new Error('nobody is asked here')),
      federation,
      fedctl: (command) => `node run.js ${command}`,
      hosts: {local: noHost, manual: {...noHost, task: () => Promise.reject(new Error('nobody does anything here'))}},
      isDryRun: false,
      lives: {any: () => false, look: () => Promise.resolve(), started: () => undefined},
      observer: {close: () => Promise.resolve(), observe: () => Promise.resolve(aHealthySnapshot(federation))},
      ports: {clock: systemClock, env: {}, signal: controller.signal, talk: () => undefined},
      renderSecrets: secrets,
      secrets,
    }
  })

  afterEach(() => rm(workspace, {force: true, recursive: true}))

  const step = (id: string, changes: readonly Change[], overrides: Partial<Step> = {}): Step => ({
    changes: () => Promise.resolve(changes),
    done: [],
    id,
    title: `Do ${id}`,
    why: 'a test',
    withinMs: 0,
    ...overrides,
  })
  const change = (summary: string, write: () => Promise<void> = () => Promise.resolve()): Change => ({
    count: 1,
    kind: 'write-configuration',
    summary,
    write,
  })
  const run = async (...steps: Step[]) => {
    const events: RunbookEvent[] = []
    const runbook: Runbook = {id: 'a test', steps, title: 'A test'}
    const outcome = runRunbook(
      runbook,
      context,
      openJournal(workspace, runbook.id, {clock: systemClock, redact: (text) => text}),
      (event) => events.push(event),
    )
    const error: unknown = await outcome.then(
      () => undefined,
      (reason: unknown) => reason,
    )
    return {error, events: events.map(({type}) => type)}
  }
  const journal = async () =>
    (await readJournal(workspace)).map(({change: what, event}) => (what ? `${event} ${what}` : event))

  it('has each change in the journal before it happens', async () => {
    const seen: string[][] = []
    const look = async () => {
      seen.push(await journal())
    }
    await run(step('one', [change('first', look), change('second', look)]))
    expect(seen).toEqual([
      ['run-started', 'step-started', 'change-announced first'],
      ['run-started', 'step-started', 'change-announced first', 'change-done first', 'change-announced second'],
    ])
    expect((await journal()).slice(-3)).toEqual(['change-done second', 'step-done', 'run-done'])
  })

  it('plans a step only when the steps before it are done', async () => {
    const order: string[] = []
    const noted = (id: string): Step =>
      step(id, [], {
        changes() {
          order.push(`plan ${id}`)
          return Promise.resolve([
            change(id, () => {
              order.push(`do ${id}`)
              return Promise.resolve()
            }),
          ])
        },
      })
    await run(noted('one'), noted('two'))
    expect(order).toEqual(['plan one', 'do one', 'plan two', 'do two'])
  })

  it('stops at the change that fails, says why in the journal, and leaves the later ones alone', async () => {
    const broken = new FedctlError('file.unwritable', 'the disk is full')
    let later = false
    const {error, events} = await run(
      step('one', [change('first', () => Promise.reject(broken))]),
      step('two', [
        change('second', () => {
          later = true
          return Promise.resolve()
        }),
      ]),
    )
    expect({error, later}).toEqual({error: broken, later: false})
    expect(events).toEqual(['run-started', 'step-started', 'change', 'step-failed'])
    expect((await readJournal(workspace)).at(-1)).toMatchObject({
      event: 'step-failed',
      message: 'file.unwritable: the disk is full',
      step: 'one',
    })
  })

  it('passes a gate whose checks pass', async () => {
    const {error} = await run(step('one', [], {done: [{check: 'wan.rpc', datacenters: ['dc1', 'dc2']}]}))
    expect(error).toBeUndefined()
  })

  it('fails with what is missing where a gate does not pass in time', async () => {
    const seen = aHealthySnapshot(context.federation)
    context = {...context, observer: {...context.observer, observe: () => Promise.resolve({...seen, servers: {}})}}
    const advice: Step['advice'] = (fedctl) => `first: ${fedctl('bootstrap primary')}`
    const {error, events} = await run(step('one', [], {advice, done: [{check: 'raft.leader', datacenters: ['dc1']}]}))
    expect(error).toBeInstanceOf(FedctlError)
    expect(error).toMatchObject({
      code: 'runbook.step-failed',
      exitCode: 1,
      suggestions: expect.arrayContaining([
        'first: node run.js bootstrap primary',
        'node run.js verify says more',
      ]) as string[],
    })
    expect((error as Error).message).toMatch(/"Do one" did not reach its goal within 0 s:\n +raft\.leader dc1/)
    expect(events).toContain('waiting')
  })

  it('stops after half a minute of something that waiting does not mend, and says what does', async () => {
    const seen = aHealthySnapshot(context.federation)
    const maintenance = {name: 'Service Maintenance Mode', output: '', status: 'critical'}
    const ill = withViews(seen, (view) => withGateways(view, (gateway) => ({...gateway, checks: [maintenance]})))
    let nowMs = 0
    const clock = {
      ...systemClock,
      monotonicMs: () => nowMs,
      sleep(ms: number) {
        nowMs += ms
        return Promise.resolve()
      },
    }
    context = {
      ...context,
      observer: {...context.observer, observe: () => Promise.resolve(ill)},
      ports: {...context.ports, clock},
    }
    const done = [{check: 'gateway.healthy', datacenters: ['dc1']}]
    const {error} = await run(step('one', [], {done, withinMs: 360_000}))
    expect(error).toMatchObject({code: 'runbook.step-failed'})
    expect((error as FedctlError).suggestions[0]).toBe('end it on node dc1-c1: consul maint -disable -service=dc1-gw1')
    expect(nowMs).toBe(30_000)
    const advice: Step['advice'] = (fedctl) => fedctl('bootstrap primary')
    const {error: soon} = await run(step('two', [], {advice, done, withinMs: 15_000}))
    expect((soon as FedctlError).suggestions.slice(0, 2)).toEqual([
      'end it on node dc1-c1: consul maint -disable -service=dc1-gw1',
      'node run.js bootstrap primary',
    ])
  })

  it('asks a person for nothing that is done already', async () => {
    const byHand: Change = {host: 'manual', kind: 'start-agent', node: 'dc1/dc1-s1', summary: 'start it'}
    const done = await run(step('one', [byHand], {done: [{check: 'raft.leader', datacenters: ['dc1']}]}))
    expect(done).toEqual({error: undefined, events: ['run-started', 'step-started', 'step-done', 'run-done']})
  })

  describe('with a change by hand', () => {
    const start: Change = {host: 'manual', kind: 'start-agent', node: 'dc1/dc1-s1', summary: 'start it'}
    const unseen: Change = {...start, evenIfWell: true, kind: 'install-files'}
    const leader = [{check: 'raft.leader', datacenters: ['dc1']}]
    const given: string[] = []
    let isUp: boolean

    beforeEach(() => {
      isUp = false
      given.length = 0
      const manual: RunbookContext['hosts']['manual'] = {
        apply(applied) {
          given.push(applied.summary)
          return Promise.resolve()
        },
        stateOf: () => Promise.resolve({status: isUp ? 'running' : 'unknown'}),
        task: ({summary}) =>
          Promise.resolve({
            commands: [],
            machine: {address: '127.7.1.1', isHere: true, name: 'dc1/dc1-s1'},
            notes: [],
            title: summary,
          }),
      }
      const {federation, observer} = context
      const well = aHealthySnapshot(federation)
      context = {
        ...context,
        hosts: {...context.hosts, manual},
        observer: {...observer, observe: () => Promise.resolve(isUp ? well : {...well, servers: {}})},
      }
    })

    it('shows all of it at once, and without a terminal ends where the gate is shut', async () => {
      const {error, events} = await run(step('one', [start, change('write')], {done: leader, withinMs: 60_000}))
      expect(error).toMatchObject({
        message: expect.stringContaining('waits for what is to be done by hand') as string,
        suggestions: ['do what is printed above, then run the same command again'],
      })
      expect(events.slice(2)).toEqual(['change', 'change', 'by-hand', 'waiting', 'step-failed'])
      expect(given).toEqual(['start it'])
      expect(await journal()).toContain('change-shown start it')
    })

    it('goes on by itself when a person has done it, after more time than Consul gets', async () => {
      const person = {confirm: () => Promise.reject(new Error('nothing is asked'))}
      const observe = context.observer.observe.bind(context.observer)
      let looks = 0
      context = {
        ...context,
        observer: {
          ...context.observer,
          observe(...asked) {
            looks += 1
            isUp = looks > 3
            return observe(...asked)
          },
        },
        person,
      }
      const {error, events} = await run(step('one', [start], {done: leader, withinMs: 0}))
      expect(error).toBeUndefined()
      expect(events).toEqual(['run-started', 'step-started', 'change', 'by-hand', 'waiting', 'step-done', 'run-done'])
    })

    it("counts Consul's own time from when a person has begun", async () => {
      const {observer} = context
      const sick = {...aHealthySnapshot(context.federation), servers: {}}
      isUp = true
      context = {
        ...context,
        observer: {...observer, observe: () => Promise.resolve(sick)},
        person: {confirm: () => Promise.resolve()},
      }
      const {error} = await run(step('one', [start], {done: leader, withinMs: 0}))
      expect((error as Error).message).toContain('did not reach its goal within 0 s')
    })

    it('asks a person about what no check can see, and remembers it only then', async () => {
      const asked: string[][] = []
      const confirm = () => {
        asked.push([...given])
        return Promise.resolve()
      }
      context = {...context, person: {confirm}}
      expect((await run(step('one', [unseen]))).error).toBeUndefined()
      expect({asked, given}).toEqual({asked: [[]], given: ['start it']})
    })

    it('forgets what nobody confirmed', async () => {
      context = {...context, person: {confirm: () => Promise.reject(new FedctlError('cancelled', 'cancelled'))}}
      expect((await run(step('one', [unseen]))).error).toMatchObject({code: 'cancelled'})
      expect(given).toEqual([])
    })

    it('ends without a terminal after what no check can see, and takes it for done', async () => {
      const {error} = await run(step('one', [unseen]))
      expect(error).toMatchObject({code: 'runbook.step-failed', exitCode: 1})
      expect(given).toEqual(['start it'])
    })
  })

  it('ends between two changes when it is cancelled', async () => {
    const reason = new FedctlError('cancelled', 'cancelled')
    let second = false
    const {error} = await run(
      step('one', [
        change('first', () => {
          controller.abort(reason)
          return Promise.resolve()
        }),
        change('second', () => {
          second = true
          return Promise.resolve()
        }),
      ]),
    )
    expect({error, second}).toEqual({error: reason, second: false})
    expect(await journal()).toContain('change-done first')
  })
})
