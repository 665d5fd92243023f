import {describe, expect, it} from 'vitest'

import type {MemberFacts, Snapshot} from '../../../src/observe/snapshot.js'
import {aDatacenter, aFederation, aServer} from '../../fixtures/federation.js'
import {aHealthySnapshot, answer, failing, noAnswer, withRemote, withView} from '../../fixtures/snapshot.js'
import {verifySnapshot} from '../../../src/checks/verify.js'
import {findingOf, reportOn, resultOf} from './judging.js'

const model = aFederation()
const healthy = aHealthySnapshot(model)
const way = 'dc1/dc1-s1 → dc2'

describe('wan.members', () => {
  it.each<[string, (member: MemberFacts) => MemberFacts | undefined, string]>([
    ['is missing', () => undefined, 'dc2-s1.dc2 is not in the WAN pool'],
    ['has failed', (member) => ({...member, status: 'failed'}), 'dc2-s1.dc2 is failed'],
    ['has left', (member) => ({...member, status: 'left'}), 'dc2-s1.dc2 is left'],
    ['is elsewhere', (member) => ({...member, address: '10.0.0.9'}), 'dc2-s1.dc2 is at 10.0.0.9 instead of 127.7.2.1'],
  ])('fails where a server %s', (_what, change, found) => {
    const snapshot = seeing((member) => (member.name === 'dc2-s1.dc2' ? change(member) : member))
    expect(findingOf('wan.members', way, model, snapshot)).toMatchObject({found, status: 'fail'})
    expect(findingOf('wan.members', 'dc1/dc1-s1 → dc1', model, snapshot).status).toBe('pass')
  })

  it.each([
    [{wanAddress: '203.0.113.7'}, '203.0.113.7'],
    [{advertiseAddr: '10.9.9.9'}, '10.9.9.9'],
  ])('expects the address that the file makes it advertise: %j', (settings, address) => {
    const file = aFederation({
      datacenters: [aDatacenter(1), aDatacenter(2, {servers: [aServer('dc2', 'dc2-s1', '127.7.2.1', settings)]})],
    })
    expect(findingOf('wan.members', way, file, aHealthySnapshot(file)).status).toBe('pass')
    expect(findingOf('wan.members', way, file, healthy).found).toContain(`instead of ${address}`)
  })

  it('takes any address for a template, which only the agent can expand', () => {
    const servers = [aServer('dc2', 'dc2-s1', '127.7.2.1', {wanAddress: '{{ GetInterfaceIP "ens3" }}'})]
    const file = aFederation({datacenters: [aDatacenter(1), aDatacenter(2, {servers})]})
    expect(findingOf('wan.members', way, file, healthy).status).toBe('pass')
  })

  it.each([
    [{wanMembers: answer([])}, 'the token lacks node:read (the list of members is empty)'],
    [{filtered: ['wan-members'] as const}, 'the token lacks node:read (Consul leaves members out)'],
    [
      {permissions: answer({agent: true, node: false, operator: true, service: true})},
      'the token lacks node:read (Consul leaves members out)',
    ],
    [
      {hidden: {'wan-members': ['node:read dc2-s1.dc2']}},
      'the token lacks node:read dc2-s1.dc2 (Consul leaves members out)',
    ],
    [
      {hidden: {'wan-members': [1, 2, 3, 4, 5, 6, 7].map((n) => `node:read s${n}.dc2`)}},
      'the token lacks node:read s1.dc2, node:read s2.dc2, node:read s3.dc2, node:read s4.dc2, node:read s5.dc2 and 2 more (Consul leaves members out)',
    ],
  ])('does not take a list for the truth that the token may not read: %o', (facts, found) => {
    const snapshot = withView(healthy, 'dc1/dc1-s1', (view) => ({...view, ...facts}))
    expect(findingOf('wan.members', way, model, snapshot)).toMatchObject({found, status: 'skip'})
  })
})

describe('wan.unexpected', () => {
  it('warns about a stranger, also one that has failed', () => {
    const snapshot = withStranger('failed')
    expect(findingOf('wan.unexpected', 'dc1/dc1-s1', model, snapshot)).toMatchObject({
      evidence: ['old.dc2 at 127.7.2.9, failed'],
      found: 'old.dc2',
      status: 'warn',
    })
  })

  it('has Consul told to forget it where that version can be told', () => {
    const fixFor = (consul: string) => {
      const aged = {...model, datacenters: model.datacenters.map((datacenter) => ({...datacenter, consul}))}
      return findingOf('wan.unexpected', 'dc1/dc1-s1', aged, withStranger('failed')).fix?.at(-1)
    }
    expect(fixFor('1.20.2')).toMatch(/: consul force-leave -wan -prune old\.dc2$/)
    expect(fixFor('1.8.7')).toContain('72 hours')
  })

  it('lets those rest that have left', () => {
    expect(findingOf('wan.unexpected', 'dc1/dc1-s1', model, withStranger('left')).status).toBe('pass')
  })
})

describe('wan.rpc', () => {
  it.each([
    'No path to datacenter',
    'rpc error getting client: failed to get conn: EOF',
    'Remote DC has no server currently reachable',
  ])("fails with Consul's own words: %s", (text) => {
    const leader = noAnswer('refused', `GET http://127.7.1.1:8500/v1/status/leader: 500 ${text}\n`)
    expect(findingOf('wan.rpc', way, model, answering({leader, services: leader}))).toMatchObject({
      found: text,
      status: 'fail',
    })
  })

  it('fails where only the catalog does not come back', () => {
    const services = noAnswer('refused', 'GET http://127.7.1.1:8500/v1/catalog/services: 500 rpc error: EOF')
    expect(findingOf('wan.rpc', way, model, answering({services})).status).toBe('fail')
  })

  it('fails where the answer is that there is no leader', () => {
    expect(findingOf('wan.rpc', way, model, answering({leader: answer('')})).found).toBe(
      'dc2 answers that it has no leader',
    )
  })

  it('fails where a server that is there gets no answer in time', () => {
    const leader = noAnswer('timeout', 'GET http://127.7.1.1:8500/v1/status/leader: no answer in time')
    expect(findingOf('wan.rpc', way, model, answering({leader}))).toMatchObject({
      found: 'no answer from dc2 in time',
      status: 'fail',
    })
  })

  it('does not pass on an empty catalog', () => {
    expect(findingOf('wan.rpc', way, model, answering({services: answer(0)}))).toMatchObject({
      found: 'the token lacks service:read in dc2 (no service is visible)',
      status: 'skip',
    })
  })

  it('is not asked of a server that is silent itself', () => {
    const failure = {kind: 'timeout', message: 'no answer in time'} as const
    const snapshot = withView(healthy, 'dc1/dc1-s1', (view) => failing(view, failure))
    expect(findingOf('wan.rpc', way, model, snapshot).status).toBe('skip')
  })

  it('asks from every server into every other datacenter', () => {
    const three = aFederation({datacenters: [1, 2, 3].map((n) => aDatacenter(n))})
    expect(resultOf('wan.rpc', three, aHealthySnapshot(three)).findings).toHaveLength(6)
  })
})

function seeing(change: (member: MemberFacts) => MemberFacts | undefined): Snapshot {
  return withView(healthy, 'dc1/dc1-s1', (view) => {
    if (!view.wanMembers?.ok) return view
    return {...view, wanMembers: answer(view.wanMembers.value.map(change).filter((member) => member !== undefined))}
  })
}

function withStranger(status: MemberFacts['status']): Snapshot {
  return withView(healthy, 'dc1/dc1-s1', (view) => {
    if (!view.wanMembers?.ok || !view.wanMembers.value[0]) return view
    const stranger = {...view.wanMembers.value[0], address: '127.7.2.9', name: 'old.dc2', status}
    return {...view, wanMembers: answer([...view.wanMembers.value, stranger])}
  })
}

function answering(answers: Parameters<typeof withRemote>[2]): Snapshot {
  return withView(healthy, 'dc1/dc1-s1', (view) => withRemote(view, 'dc2', answers))
}

describe('wan.stable', () => {
  const watched = (transitions: NonNullable<Snapshot['soak']>['transitions']): Snapshot => ({
    ...healthy,
    soak: {durationMs: 60_400, samples: 61, transitions},
  })

  it('passes where nothing changed', () => {
    expect(findingOf('wan.stable', 'dc1/dc1-s1', model, watched([]))).toMatchObject({
      found: 'no change in 60 s, 61 looks',
      status: 'pass',
    })
  })

  it('warns with every change that a server saw, and only at that server', () => {
    const snapshot = watched([
      {at: '2026-11-20T12:00:05.000Z', from: 'alive', member: 'dc2-s1.dc2', server: 'dc1/dc1-s1', to: 'failed'},
    ])
    expect(findingOf('wan.stable', 'dc1/dc1-s1', model, snapshot)).toMatchObject({
      evidence: ['2026-11-20T12:00:05.000Z dc2-s1.dc2: alive → failed'],
      found: '1 change of dc2-s1.dc2 in 60 s, 61 looks',
      status: 'warn',
    })
    expect(findingOf('wan.stable', 'dc2/dc2-s1', model, snapshot).status).toBe('pass')
  })

  it('says nothing of a server that shows no members', () => {
    const silent = withView(watched([]), 'dc2/dc2-s1', (view) => failing(view, {kind: 'timeout', message: 'no answer'}))
    expect(findingOf('wan.stable', 'dc2/dc2-s1', model, silent).status).toBe('skip')
  })

  it('is no part of a run that did not watch, and says how to watch where it is chosen', () => {
    expect(reportOn(model, healthy).checks.map(({id}) => id)).not.toContain('wan.stable')
    expect(findingOf('wan.stable', 'dc1/dc1-s1', model, healthy)).toMatchObject({status: 'skip'})
    expect(verifySnapshot(model, watched([])).report.checks.map(({id}) => id)).toContain('wan.stable')
  })
})
