import {describe, expect, it} from 'vitest'

import type {FederationStateFacts, GatewayFacts, Snapshot} from '../../../src/observe/snapshot.js'
import {aFederation} from '../../fixtures/federation.js'
import {aHealthySnapshot, answer, withStates, withView, without} from '../../fixtures/snapshot.js'
import {findingOf} from './judging.js'

const model = aFederation()
const healthy = aHealthySnapshot(model)

describe('state.published', () => {
  it('fails where the primary has no record of a datacenter', () => {
    const snapshot = inPrimary((state) => (state.datacenter === 'dc2' ? undefined : state))
    expect(findingOf('state.published', 'dc2', model, snapshot)).toMatchObject({
      found: 'dc1 has no federation state of dc2',
      status: 'fail',
    })
  })

  it.each<[string, (gateway: GatewayFacts) => GatewayFacts | undefined, string]>([
    ['a gateway is missing', () => undefined, 'dc2-gw1 on dc2-c1 is not in the federation state'],
    [
      'a gateway is there that was deregistered',
      (gateway) => ({...gateway, id: 'dc2-gw0'}),
      'dc2-gw1 on dc2-c1 is not in the federation state',
    ],
    [
      'the WAN address is an old one',
      (gateway) => ({...gateway, wan: {address: '127.7.2.99', port: 8443}}),
      'dc2-gw1 on dc2-c1 is at 127.7.2.21:8443, and at 127.7.2.99:8443 in the federation state',
    ],
    [
      'the meta is an old one',
      (gateway) => ({...gateway, exposesServers: false}),
      'dc2-gw1 on dc2-c1 has another meta consul-wan-federation in the federation state',
    ],
  ])('fails where %s', (_what, change, found) => {
    const finding = findingOf('state.published', 'dc2', model, withPublished(change))
    expect(finding).toMatchObject({found, status: 'fail'})
    expect(finding.evidence?.[0]).toBe('written at 2026-11-20T11:00:00Z')
  })

  it('does not compare checks, which change before the record does', () => {
    const snapshot = withPublished((gateway) => ({...gateway, checks: []}))
    expect(findingOf('state.published', 'dc2', model, snapshot).status).toBe('pass')
  })

  it('is no pass where the catalog cannot be read, and a failure where the file alone shows one', () => {
    const blind = (snapshot: Snapshot) => withView(snapshot, 'dc2/dc2-s1', (view) => without(view, 'gateways'))
    expect(findingOf('state.published', 'dc2', model, blind(healthy))).toMatchObject({
      found: '1 gateway, not compared with the catalog: it was not observed',
      status: 'skip',
    })
    const closed = withPublished((gateway) => ({...gateway, exposesServers: false}))
    expect(findingOf('state.published', 'dc2', model, blind(closed)).status).toBe('fail')
  })

  it('is not asked where the primary does not show its records', () => {
    const snapshot = withView(healthy, 'dc1/dc1-s1', (view) => without(view, 'federationStates'))
    expect(findingOf('state.published', 'dc2', model, snapshot).status).toBe('skip')
  })
})

describe('state.replicated', () => {
  it('fails where the secondary holds an older record', () => {
    const snapshot = inPrimary((state) => (state.datacenter === 'dc1' ? {...state, modifyIndex: 57} : state))
    expect(findingOf('state.replicated', 'dc2/dc2-s1', model, snapshot)).toMatchObject({
      found: 'the federation state of dc1 has index 40, and 57 in the primary',
      status: 'fail',
    })
  })

  it('fails where it holds none', () => {
    const snapshot = withView(healthy, 'dc2/dc2-s1', (view) => ({...view, federationStates: answer([])}))
    expect(findingOf('state.replicated', 'dc2/dc2-s1', model, snapshot)).toMatchObject({
      evidence: ['no federation state of dc2'],
      found: 'no federation state of dc1',
      status: 'fail',
    })
  })

  it('does not ask for records of datacenters that the file does not have', () => {
    const snapshot = withView(healthy, 'dc1/dc1-s1', (view) => {
      if (!view.federationStates?.ok) return view
      const gone = {...view.federationStates.value[0], datacenter: 'dc9'} as FederationStateFacts
      return {...view, federationStates: answer([...view.federationStates.value, gone])}
    })
    expect(findingOf('state.replicated', 'dc2/dc2-s1', model, snapshot).status).toBe('pass')
  })

  it('has nothing to compare with before the primary has any', () => {
    expect(
      findingOf(
        'state.replicated',
        'dc2/dc2-s1',
        model,
        inPrimary(() => undefined),
      ).status,
    ).toBe('skip')
  })
})

function inPrimary(change: (state: FederationStateFacts) => FederationStateFacts | undefined): Snapshot {
  return withView(healthy, 'dc1/dc1-s1', (view) => withStates(view, change))
}

function withPublished(change: (gateway: GatewayFacts) => GatewayFacts | undefined): Snapshot {
  return inPrimary((state) =>
    state.datacenter === 'dc2'
      ? {...state, gateways: state.gateways.map(change).filter((gateway) => gateway !== undefined)}
      : state,
  )
}
