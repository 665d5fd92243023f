import {describe, expect, it} from 'vitest'

import type {Federation} from '../../../../src/federation/model.js'
import type {Snapshot} from '../../../../src/observe/snapshot.js'
import {aDatacenter, aFederation} from '../../../fixtures/federation.js'
import {aHealthySnapshot, noAnswer, withProbes, withRemote, withStates, withView} from '../../../fixtures/snapshot.js'
import {reportOn} from '../judging.js'

const model = aFederation()
const healthy = aHealthySnapshot(model)
const closed = noAnswer('tls', 'TLS to x for y: the connection was closed before a certificate came back')

/** What passes from one datacenter through its gateways to another is lost. */
function withCut(snapshot: Snapshot, from: string, to: string): Snapshot {
  const isMeant = ({gateway, target = ''}: Snapshot['paths'][number]) =>
    gateway.startsWith(`${from}/`) && target.startsWith(`${to}/`)
  return withProbes(snapshot, isMeant, closed)
}

function withFailingCalls(snapshot: Snapshot, from: string, to: string): Snapshot {
  const eof = {leader: noAnswer('refused', '500 rpc error: EOF')}
  return withView(snapshot, `${from}/${from}-s1`, (view) => withRemote(view, to, eof))
}

function causesOf(snapshot: Snapshot, about: Federation = model): string[] {
  return reportOn(about, snapshot).diagnosis.map(({cause}) => cause)
}

describe('a way between gateways that is cut', () => {
  it('in one direction is named with that direction, and what to open', () => {
    const [diagnosis, ...others] = reportOn(
      model,
      withFailingCalls(withCut(healthy, 'dc1', 'dc2'), 'dc1', 'dc2'),
    ).diagnosis
    expect(others).toEqual([])
    expect(diagnosis).toMatchObject({
      cause: 'wan.way-cut',
      explains: ['gateway.path', 'wan.rpc'],
      title:
        'gateways of dc1 cannot reach those of dc2 at 127.7.2.21:8443, which answer from here, and dc2 reaches dc1',
    })
    expect(diagnosis?.fix[0]).toBe(
      'let TCP connections from dc1/dc1-gw1 (127.7.1.21) through to 127.7.2.21:8443, the gateways of dc2: firewall, security group, routing',
    )
  })

  it('from a secondary to the primary explains that nothing is replicated either', () => {
    const cut = withFailingCalls(withCut(healthy, 'dc2', 'dc1'), 'dc2', 'dc1')
    const facts = {enabled: true, replicationType: 'tokens', running: true, sourceDatacenter: 'dc1'}
    const lagging = withView(cut, 'dc2/dc2-s1', (view) => ({
      ...view,
      aclReplication: {ok: true, value: {...facts, lastError: '2026-11-20T11:59:50Z'}},
    }))
    const [diagnosis, ...others] = reportOn(model, lagging).diagnosis
    expect(others).toEqual([])
    expect(diagnosis).toMatchObject({
      cause: 'wan.way-cut',
      explains: ['gateway.path', 'wan.rpc', 'acl.replication'],
    })
  })

  it('is noticed while calls still work over connections that are open', () => {
    expect(causesOf(withCut(healthy, 'dc1', 'dc2'))).toEqual(['wan.way-cut'])
  })

  it('in both directions is named once', () => {
    const cut = withCut(withCut(healthy, 'dc1', 'dc2'), 'dc2', 'dc1')
    expect(reportOn(model, cut).diagnosis.map(({title}) => title)).toEqual([
      'gateways of dc1 and dc2 cannot reach one another at 127.7.2.21:8443 and 127.7.1.21:8443, which answer from here',
    ])
  })

  it('does not explain what fails with a third datacenter', () => {
    const three = aFederation({datacenters: [1, 2, 3].map((n) => aDatacenter(n))})
    const cut = withFailingCalls(withCut(aHealthySnapshot(three), 'dc1', 'dc2'), 'dc1', 'dc3')
    expect(causesOf(cut, three)).toEqual(['wan.calls-fail', 'wan.way-cut'])
  })

  it('does not claim an answer from an address that was not dialled', () => {
    const elsewhere = withCut(healthy, 'dc1', 'dc2')
    const paths = elsewhere.paths.map((probe) => ({
      ...probe,
      dialled: probe.dialled.replace('127.7.2.21', '10.0.0.21'),
    }))
    expect(reportOn(model, {...elsewhere, paths}).diagnosis[0]?.title).toBe(
      'gateways of dc1 cannot reach those of dc2 at 127.7.2.21:8443, and dc2 reaches dc1',
    )
  })

  it('is not claimed where the servers know only an address that no gateway has any more', () => {
    const wan = {address: '127.7.2.99', port: 8443}
    const stale = withView(withCut(healthy, 'dc1', 'dc2'), 'dc1/dc1-s1', (view) =>
      withStates(view, (state) =>
        state.datacenter === 'dc2' ? {...state, gateways: state.gateways.map((it) => ({...it, wan}))} : state,
      ),
    )
    expect(causesOf(stale)).not.toContain('wan.way-cut')
  })

  it('is not claimed where servers behind the other gateways do not answer from here either', () => {
    const cut = withCut(withCut(healthy, 'dc1', 'dc2'), 'dc2', 'dc2')
    expect(causesOf(cut)).not.toContain('wan.way-cut')
  })

  it('is not claimed where the servers do not know the other gateways', () => {
    const unknown = withView(withCut(healthy, 'dc1', 'dc2'), 'dc1/dc1-s1', (view) =>
      withStates(view, (state) => (state.datacenter === 'dc2' ? undefined : state)),
    )
    expect(causesOf(unknown)).not.toContain('wan.way-cut')
  })
})
