import {describe, expect, it} from 'vitest'

import type {Snapshot} from '../../../../src/observe/snapshot.js'
import {aFederation} from '../../../fixtures/federation.js'
import {aHealthySnapshot, answer, withGateways, withView, withViews} from '../../../fixtures/snapshot.js'
import {reportOn} from '../judging.js'

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
