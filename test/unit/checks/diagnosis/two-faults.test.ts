import {describe, expect, it} from 'vitest'

import {verifySnapshot} from '../../../../src/checks/verify.js'
import type {Snapshot} from '../../../../src/observe/snapshot.js'
import {aFederation} from '../../../fixtures/federation.js'
import {
  aHealthySnapshot,
  answer,
  noAnswer,
  withGateways,
  withProbes,
  withRemote,
  withView,
  withViews,
} from '../../../fixtures/snapshot.js'
import {aGrownFederation, reportOn} from '../judging.js'

const model = aFederation()
const healthy = aHealthySnapshot(model)
const critical = {
  name: 'listening',
  output: 'dial tcp 127.7.2.21:8444: connect: connection refused',
  status: 'critical',
}

describe('a missing replication token', () => {
  it('is a cause beside gateways that nobody can use, once a first try would have failed', () => {
    const causes = (stableSince: string) =>
      reportOn(model, withoutGateways(withoutReplication(healthy, stableSince))).diagnosis.map(({cause}) => cause)
    expect(causes('2026-11-20T11:00:00Z')).toEqual(['gateway.none-usable', 'acl.replication'])
    expect(causes('2026-11-20T11:59:30Z')).toEqual(['gateway.none-usable'])
  })

  it('is none where replication has failed, as it does without a way', () => {
    const failed = withView(healthy, 'dc2/dc2-s1', (view) => ({
      ...view,
      aclReplication: replicating({lastError: '2026-11-20T11:59:00Z'}),
    }))
    expect(reportOn(model, withoutGateways(failed)).diagnosis.map(({cause}) => cause)).toEqual(['gateway.none-usable'])
  })
})

describe('the WAN ring of one server with another key', () => {
  const grown = aGrownFederation()
  const other = answer({installed: ['k2'], primary: ['k2']})
  // It runs where keys were asked for.
  const diagnosisOf = (snapshot: Snapshot) => verifySnapshot(grown, snapshot).report.diagnosis
  const withStray = (server: string) =>
    withView(aHealthySnapshot(grown), server, (view) => {
      const failed = withRemote(view, 'dc1', {leader: noAnswer('refused', '500 No path to datacenter')})
      return {...failed, wanGossipKeys: other}
    })
  const deadPath = (snapshot: Snapshot) =>
    withProbes(
      snapshot,
      ({gateway, target}) => gateway === 'dc1/dc1-gw1' && target === 'dc2/dc2-s2',
      noAnswer('tls', 'TLS to 127.7.1.21:8443 for dc2-s2.server.dc2.consul: the certificate has expired'),
    )

  it('explains what that server does not reach, and nothing else of its datacenter', () => {
    const [only, ...others] = diagnosisOf(withStray('dc2/dc2-s2'))
    expect(others).toEqual([])
    expect(only).toMatchObject({
      cause: 'gossip.other-key',
      explains: ['gossip.key', 'wan.rpc'],
      title:
        'WAN gossip of dc2/dc2-s2 cannot be read by the others: another primary key in the WAN ring of dc2/dc2-s2 than in the LAN ring of dc2',
    })
    const explains = (server: string) => diagnosisOf(deadPath(withStray(server)))[0]?.explains
    expect(explains('dc2/dc2-s2')).not.toContain('gateway.path')
  })

  it('explains what a datacenter lacks where that server leads it', () => {
    const [first] = diagnosisOf(deadPath(withStray('dc2/dc2-s1')))
    expect(first).toMatchObject({cause: 'gossip.other-key'})
    expect(first?.explains).toContain('gateway.path')
  })
})

function withoutGateways(snapshot: Snapshot): Snapshot {
  return withViews(snapshot, (view, id) =>
    id.startsWith('dc2/') ? withGateways(view, (gateway) => ({...gateway, checks: [critical]})) : view,
  )
}

function withoutReplication(snapshot: Snapshot, stableSince: string): Snapshot {
  return withView(snapshot, 'dc2/dc2-s1', (view) => ({
    ...view,
    aclReplication: replicating({}),
    autopilot: answer({failureTolerance: 0, healthy: true, stableSince}),
  }))
}

function replicating(tried: {readonly lastError?: string}) {
  return answer({enabled: true, replicationType: 'tokens', running: true, sourceDatacenter: 'dc1', ...tried})
}
