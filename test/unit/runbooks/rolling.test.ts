import {describe, expect, it} from 'vitest'

import type {Host, ProcessState} from '../../../src/hosts/host.js'
import {leaderLast} from '../../../src/runbooks/steps/agents.js'
import {unlessOnItsOwn} from '../../../src/runbooks/steps/on-its-own.js'
import {unlessTraditional} from '../../../src/runbooks/steps/traditional-joins.js'
import type {RunbookContext} from '../../../src/runbooks/context.js'
import type {Snapshot} from '../../../src/observe/snapshot.js'
import {aDatacenter, aFederation, aServer} from '../../fixtures/federation.js'
import {aHealthySnapshot} from '../../fixtures/snapshot.js'

const federation = aFederation({
  datacenters: [
    aDatacenter(1, {servers: [1, 2, 3].map((n) => aServer('dc1', `dc1-s${n}`, `10.0.1.${n}`, {host: 'local'}))}),
    aDatacenter(2),
  ],
})
const [primary, secondary] = federation.datacenters

/** What the order of restarts depends on. */
function contextWith(snapshot: Snapshot, states: Readonly<Record<string, ProcessState['status']>> = {}) {
  const local: Pick<Host, 'stateOf'> = {stateOf: (node) => Promise.resolve({status: states[node] ?? 'running'})}
  return {
    federation,
    fedctl: (command: string) => `node run.js ${command}`,
    hosts: {local, manual: local},
    observer: {observe: () => Promise.resolve(snapshot)},
  } as unknown as RunbookContext
}

/** The snapshot with other facts about the agents of dc2. */
function withAgents(facts: object): Snapshot {
  const snapshot = aHealthySnapshot(federation)
  const servers = Object.entries(snapshot.servers).map(([id, view]) => {
    const agent =
      view.agent?.ok && id.startsWith('dc2/') ? {...view.agent, value: {...view.agent.value, ...facts}} : view.agent
    return [id, {...view, ...(agent ? {agent} : {})}]
  })
  return {...snapshot, servers: Object.fromEntries(servers) as Snapshot['servers']}
}

const step = {changes: () => Promise.resolve([]), done: [], id: 'x', title: 'Do x', why: 'a test', withinMs: 0}

describe('the order of restarts', () => {
  it('has what does not run first and the leader last', async () => {
    const snapshot = aHealthySnapshot(federation)
    const servers = Object.fromEntries(
      Object.entries(snapshot.servers).map(([id, view]) => [
        id,
        {...view, leader: {ms: 1, ok: true, value: '10.0.1.1:8300'}},
      ]),
    ) as Snapshot['servers']
    const context = contextWith({...snapshot, servers}, {'dc1/dc1-s3': 'dead'})
    const order = await leaderLast(context, primary?.servers ?? [])
    expect(order.map(({name}) => name)).toEqual(['dc1-s3', 'dc1-s2', 'dc1-s1'])
  })
})

describe('a step of the way for new datacenters', () => {
  it('is refused where servers join the traditional way', async () => {
    const context = contextWith(withAgents({retryJoinWan: ['10.0.1.1']}))
    await expect(unlessTraditional(step, secondary).changes(context)).rejects.toMatchObject({
      code: 'runbook.step-failed',
      suggestions: expect.arrayContaining(['node run.js bootstrap secondary --existing --dc dc2']) as string[],
    })
  })

  it('is refused where the datacenter is its own primary, with what it would lose', async () => {
    const context = contextWith(withAgents({primaryDatacenter: 'dc2'}))
    await expect(unlessOnItsOwn(step, secondary ?? aDatacenter(2)).changes(context)).rejects.toThrow(
      /would lose its policies, roles, global tokens, intentions and config entries/,
    )
  })

  it('goes on where all is as it should be', async () => {
    const context = contextWith(aHealthySnapshot(federation))
    expect(
      await unlessOnItsOwn(unlessTraditional(step, secondary), secondary ?? aDatacenter(2)).changes(context),
    ).toEqual([])
  })
})
