import {mkdir, mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import {previousConfiguration} from '../../../src/config/previous-configuration.js'
import {FedctlError} from '../../../src/errors/fedctl-error.js'
import type {RunbookContext} from '../../../src/runbooks/context.js'
import {restartAgent} from '../../../src/runbooks/restart.js'
import {systemClock} from '../../../src/system/clock.js'
import {aDatacenter, aFederation, aServer} from '../../fixtures/federation.js'
import {aHealthySnapshot, answer, withView} from '../../fixtures/snapshot.js'

describe('a server that is to be restarted in the middle of an election', () => {
  it('is restarted when there is a leader again', async () => {
    const server = aServer('dc1', 'dc1-s1', '127.7.1.1', {host: 'local'})
    const federation = aFederation({datacenters: [aDatacenter(1, {servers: [server]})]})
    const healthy = aHealthySnapshot(federation)
    const failure = {kind: 'refused', message: 'No cluster leader'}
    const leaderless = {
      ...healthy,
      servers: {[server.id]: {...healthy.servers[server.id], leader: {failure, ok: false}}},
    }
    const answers = [leaderless, leaderless, healthy]
    let restartedWith: number | undefined
    const context = {
      federation,
      hosts: {
        local: {
          apply() {
            restartedWith ??= answers.length
            return Promise.resolve()
          },
          stateOf: () => Promise.resolve({status: 'running'}),
        },
      },
      lives: {look: () => Promise.resolve(), started: () => undefined},
      observer: {observe: () => Promise.resolve(answers.length > 1 ? answers.shift() : healthy)},
      ports: {clock: systemClock, env: {}, signal: new AbortController().signal, talk: () => undefined},
    } as unknown as RunbookContext
    await restartAgent({host: 'local', kind: 'restart-agent', node: server.id, summary: ''}, context)
    expect(restartedWith).toBe(1)
  })
})

describe('a server that has lost its datacenter', () => {
  it('is restarted although it is not well, since the others are', async () => {
    const servers = [1, 2, 3].map((n) => aServer('dc1', `dc1-s${n}`, `127.7.1.${n}`, {host: 'local'}))
    const federation = aFederation({datacenters: [aDatacenter(1, {servers})]})
    const healthy = aHealthySnapshot(federation)
    const [lost] = servers
    const alone = withView(healthy, lost?.id ?? '', (view) => ({...view, leader: answer('')}))
    let isRestarted = false
    let now = 0
    const context = {
      federation,
      hosts: {
        local: {
          apply() {
            isRestarted = true
            return Promise.resolve()
          },
          stateOf: () => Promise.resolve({status: 'running'}),
        },
      },
      lives: {look: () => Promise.resolve(), started: () => undefined},
      observer: {observe: () => Promise.resolve(isRestarted ? healthy : alone)},
      ports: {
        clock: {
          ...systemClock,
          monotonicMs: () => now,
          sleep(ms: number) {
            now += ms
            return Promise.resolve()
          },
        },
        env: {},
        signal: new AbortController().signal,
        talk: () => undefined,
      },
    } as unknown as RunbookContext
    await restartAgent({host: 'local', kind: 'restart-agent', node: lost?.id ?? '', summary: ''}, context)
    expect(isRestarted).toBe(true)
  })
})

describe('a server that takes half a minute to come back from its restart', () => {
  it('has what is missing told when the wait begins and every twelve seconds', async () => {
    const server = aServer('dc1', 'dc1-s1', '127.7.1.1', {host: 'local'})
    const federation = aFederation({datacenters: [aDatacenter(1, {servers: [server]})]})
    const healthy = aHealthySnapshot(federation)
    const leaderless = withView(healthy, server.id, (view) => ({...view, leader: answer('')}))
    let isRestarted = false
    let now = 0
    const context = {
      federation,
      hosts: {
        local: {
          apply() {
            isRestarted = true
            now = 0
            return Promise.resolve()
          },
          stateOf: () => Promise.resolve({status: 'running'}),
        },
      },
      lives: {look: () => Promise.resolve(), started: () => undefined},
      observer: {observe: () => Promise.resolve(isRestarted && now < 30_000 ? leaderless : healthy)},
      ports: {
        clock: {
          ...systemClock,
          monotonicMs: () => now,
          sleep(ms: number) {
            now += ms
            return Promise.resolve()
          },
        },
        env: {},
        signal: new AbortController().signal,
        talk: () => undefined,
      },
    } as unknown as RunbookContext
    const said: [string | undefined, number][] = []
    await restartAgent({host: 'local', kind: 'restart-agent', node: server.id, summary: ''}, context, ([first], ms) =>
      said.push([first?.check, ms]),
    )
    expect(said).toEqual([0, 12_000, 24_000].map((ms) => ['raft.leader', ms]))
  })
})

describe('a server that does not come back from its restart', () => {
  let workspace: string

  beforeEach(async () => {
    workspace = await mkdtemp(join(tmpdir(), 'fedctl-restart-'))
  })

  afterEach(() => rm(workspace, {force: true, recursive: true}))

  it('is put back by a command that works where this one was started', async () => {
    const server = aServer('dc1', 'dc1-s1', '127.7.1.1', {host: 'local'})
    const federation = aFederation({datacenters: [aDatacenter(1, {servers: [server]})], workspace})
    await mkdir(previousConfiguration(federation, server).previous, {recursive: true})
    const context = {
      federation,
      fedctl: (command: string) => `node run.js ${command} --federation x.yaml`,
      hosts: {
        local: {
          apply: () => Promise.reject(new FedctlError('port.in-use', 'no port')),
          stateOf: () => Promise.resolve({status: 'dead'}),
        },
      },
      observer: {observe: () => Promise.resolve(aHealthySnapshot(federation))},
      ports: {clock: systemClock, env: {}, signal: new AbortController().signal, talk: () => undefined},
    } as unknown as RunbookContext
    await expect(
      restartAgent({host: 'local', kind: 'restart-agent', node: server.id, summary: ''}, context),
    ).rejects.toMatchObject({
      code: 'port.in-use',
      suggestions: expect.arrayContaining([
        'node run.js bootstrap restore --node dc1/dc1-s1 --federation x.yaml',
      ]) as string[],
    })
  })
})
