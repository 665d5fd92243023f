import {describe, expect, it} from 'vitest'

import type {AgentFacts, MemberFacts, Snapshot} from '../../../src/observe/snapshot.js'
import {aDatacenter, aFederation, aServer} from '../../fixtures/federation.js'
import {aHealthySnapshot, answer, withView, without} from '../../fixtures/snapshot.js'
import {aGrownFederation, findingOf} from './judging.js'

const model = aFederation()
const healthy = aHealthySnapshot(model)

describe('names.datacenter', () => {
  it.each(['dc_2', 'DC2', '-dc', 'x'.repeat(64)])('fails for %s, which no certificate can hold', (name) => {
    const odd = aFederation({datacenters: [aDatacenter(1), aDatacenter(2, {name})]})
    expect(findingOf('names.datacenter', name, odd, aHealthySnapshot(odd)).status).toBe('fail')
  })

  it('fails where the server at that address is in another datacenter', () => {
    const snapshot = withAgent(healthy, {datacenter: 'dc1'})
    expect(findingOf('names.datacenter', 'dc2', model, snapshot)).toMatchObject({
      evidence: ['dc2/dc2-s1 is in dc1'],
      expected: 'datacenter = "dc2"',
      status: 'fail',
    })
  })
})

describe('names.datacenter with a second cluster', () => {
  const other = {
    address: '127.7.2.9',
    build: '1.8.7',
    datacenter: 'dc2',
    id: 'another-id',
    name: 'dc2-other.dc2',
    port: 8302,
    role: 'consul',
    status: 'alive',
  } as const
  const joined = (member: MemberFacts) =>
    withView(healthy, 'dc1/dc1-s1', (view) =>
      view.wanMembers?.ok ? {...view, wanMembers: answer([...view.wanMembers.value, member])} : view,
    )

  it('fails where a server is alive in the WAN pool that no server of its datacenter has met', () => {
    expect(findingOf('names.datacenter', 'dc2', model, joined(other))).toMatchObject({
      evidence: ['dc2-other.dc2 at 127.7.2.9, node id another-id'],
      fix: [
        expect.stringMatching(/^keep what the other cluster holds first: consul snapshot save/),
        expect.stringContaining('empty their data_dir'),
        expect.stringContaining('retry_join'),
      ],
      found: 'dc2-other.dc2 is in the WAN pool and in no LAN pool of dc2: another cluster has the same name',
      status: 'fail',
    })
    expect(findingOf('names.datacenter', 'dc1', model, joined(other)).status).toBe('pass')
  })

  it('passes over one that has failed, and one that was renamed', () => {
    const lan = healthy.servers['dc2/dc2-s1']?.lanMembers
    const id = lan?.ok ? (lan.value.find(({role}) => role === 'consul')?.id ?? '') : ''
    for (const member of [{...other, status: 'failed'} as const, {...other, id}]) {
      expect(findingOf('names.datacenter', 'dc2', model, joined(member)).status).toBe('pass')
    }
  })
})

describe('names.node', () => {
  it.each(['dc2-s1.example.com', 'dc2/s1'])('fails for the node name %s', (nodeName) => {
    const finding = findingOf('names.node', 'dc2/dc2-s1', model, withAgent(healthy, {nodeName}))
    expect(finding).toMatchObject({found: `node_name ${JSON.stringify(nodeName)}`, status: 'fail'})
  })

  it('fails for a dot in the file, even if nobody can be asked', () => {
    const dotted = aFederation({
      datacenters: [aDatacenter(1), aDatacenter(2, {servers: [aServer('dc2', 's1.example', '127.7.2.1')]})],
    })
    const snapshot = withView(aHealthySnapshot(dotted), 'dc2/s1.example', () => ({}))
    expect(findingOf('names.node', 'dc2/s1.example', dotted, snapshot).status).toBe('fail')
  })

  it('fails where the server has another name than the file says, since certificates are issued for that', () => {
    const finding = findingOf('names.node', 'dc2/dc2-s1', model, withAgent(healthy, {nodeName: 'elsewhere'}))
    expect(finding).toMatchObject({found: 'node_name "elsewhere"', status: 'fail'})
  })
})

describe('names.unique', () => {
  const grown = aGrownFederation()
  const snapshot = aHealthySnapshot(grown)

  it('fails for two servers with one node id, as cloned machines have', () => {
    const cloned = ['dc1/dc1-s1', 'dc1/dc1-s2', 'dc1/dc1-s3'].reduce(
      (changed, id) =>
        withMembers(changed, id, (member) =>
          member.name === 'dc1-s2' ? {...member, id: 'node-id-of-dc1/dc1-s1'} : member,
        ),
      snapshot,
    )
    expect(findingOf('names.unique', 'dc1', grown, cloned)).toMatchObject({
      found: 'dc1-s1 (127.7.1.1) and dc1-s2 (127.7.1.2) share the node id node-id-of-dc1/dc1-s1',
      status: 'fail',
    })
  })

  it('fails where servers see one name at two addresses', () => {
    const twice = withMembers(snapshot, 'dc1/dc1-s3', (member) =>
      member.name === 'dc1-s2' ? {...member, address: '127.7.1.99'} : member,
    )
    expect(findingOf('names.unique', 'dc1', grown, twice)).toMatchObject({
      found: 'dc1-s2 (127.7.1.2) and dc1-s2 (127.7.1.99) share the name dc1-s2',
      status: 'fail',
    })
  })

  it('does not count a server that has left', () => {
    const old = withMembers(snapshot, 'dc1/dc1-s3', (member) =>
      member.name === 'dc1-s2' ? {...member, address: '127.7.1.99', status: 'left'} : member,
    )
    expect(findingOf('names.unique', 'dc1', grown, old).status).toBe('pass')
  })
})

describe('names.overlap', () => {
  const overlapping = (consul: string) =>
    aFederation({
      datacenters: [1, 2].map((n) => aDatacenter(n, {consul, servers: [aServer(`dc${n}`, 'consul-1', '10.0.0.1')]})),
    })

  it.each([
    ['1.15.7', 'fail'],
    ['1.16.3', 'fail'],
    ['1.17.0', 'fail'],
    ['1.15.8', 'warn'],
    ['1.16.4', 'warn'],
    ['1.17.1', 'warn'],
    ['1.21.0', 'warn'],
    ['1.8.7', 'fail'],
  ])('judges the same name at the same address with %s as %s', (consul, status) => {
    const shared = overlapping(consul)
    expect(findingOf('names.overlap', 'dc1, dc2', shared, aHealthySnapshot(shared))).toMatchObject({
      found: 'dc1 and dc2 both have consul-1 at 10.0.0.1',
      status,
    })
  })

  it('accepts the same address under another name', () => {
    const datacenters = [1, 2].map((n) => aDatacenter(n, {servers: [aServer(`dc${n}`, `dc${n}-s1`, '10.0.0.1')]}))
    const renamed = aFederation({datacenters})
    expect(findingOf('names.overlap', 'dc1, dc2', renamed, aHealthySnapshot(renamed)).status).toBe('pass')
  })

  it('is not asked where one side is unknown', () => {
    const snapshot = withView(healthy, 'dc2/dc2-s1', (view) => without(view, 'lanMembers'))
    expect(findingOf('names.overlap', 'dc1, dc2', model, snapshot).status).toBe('skip')
  })
})

function withAgent(snapshot: Snapshot, facts: Partial<AgentFacts>): Snapshot {
  return withView(snapshot, 'dc2/dc2-s1', (view) =>
    view.agent?.ok ? {...view, agent: answer({...view.agent.value, ...facts})} : view,
  )
}

function withMembers(snapshot: Snapshot, id: string, change: (member: MemberFacts) => MemberFacts): Snapshot {
  return withView(snapshot, id, (view) =>
    view.lanMembers?.ok ? {...view, lanMembers: answer(view.lanMembers.value.map(change))} : view,
  )
}
