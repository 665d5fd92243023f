import {describe, expect, it} from 'vitest'

import type {Snapshot} from '../../../../src/observe/snapshot.js'
import {aLab, recordedSnapshot, theRecordedLab} from '../../../fixtures/lab.js'
import {reportOn} from '../judging.js'

const model = theRecordedLab()

/** What was done to the federation, what came of it, and the one cause that it has. */
const cases: readonly (readonly [recording: string, cause: string, title: string, failed: string])[] = [
  [
    'gateway-dead',
    'gateway.none-usable',
    'gateway dc2/dc2-gw1 does not accept connections at 127.8.2.11:8443',
    'gateway.healthy gateway.path wan.rpc',
  ],
  [
    'gateways-dead',
    'gateway.none-usable',
    'gateways dc1/dc1-gw1 at 127.8.1.11:8443 and dc2/dc2-gw1 at 127.8.2.11:8443 do not accept connections',
    'gateway.healthy gateway.path wan.members wan.rpc acl.replication',
  ],
  [
    'gateway-unregistered',
    'gateway.none-usable',
    'gateway dc2/dc2-gw1 is not registered in the catalog of dc2',
    'gateway.registered gateway.healthy gateway.path state.published',
  ],
  [
    'node-name-missing',
    'tls.server-name',
    'the certificate of dc2/dc2-s1 does not hold dc2-s1.server.dc2.consul',
    'tls.server-name gateway.path wan.rpc',
  ],
  [
    'server-down',
    'access.server-down',
    'server dc2/dc2-s1 does not answer at http://127.8.2.1:8500: connect ECONNREFUSED 127.8.2.1:8500',
    'access.api gateway.path wan.rpc',
  ],
  [
    'settling',
    'federation.settling',
    'dc1 and dc2 are still finding one another: the gateways of dc2 changed 12 s ago; waiting for wan.rpc, until 08:53:16 UTC at the longest',
    'wan.rpc',
  ],
  [
    'token-unknown',
    'access.token',
    'the server does not know the token that was sent (dc1/dc1-s1 and dc2/dc2-s1)',
    'access.token',
  ],
  ['token-too-weak', 'access.token', 'the token lacks operator:read (dc1/dc1-s1 and dc2/dc2-s1)', 'access.token'],
]

describe('a recorded federation', () => {
  it('passes while nothing is broken', async () => {
    const report = reportOn(model, await recordedSnapshot('healthy'))
    expect(report.checks.filter(({status}) => status === 'fail')).toEqual([])
    expect(report.diagnosis).toEqual([])
  })

  it.each(cases)('%s is diagnosed as %s alone', async (recording, cause, title, failed) => {
    const {checks, diagnosis} = reportOn(model, await recordedSnapshot(recording))
    const ids = failed.split(' ')
    expect(checks.filter(({status}) => status === 'fail').map(({id}) => id)).toEqual(ids)
    expect(diagnosis).toHaveLength(1)
    expect(diagnosis[0]).toMatchObject({cause, docs: `docs/checks.md#cause-${cause}`, title})
    expect(diagnosis[0]?.explains).toEqual(expect.arrayContaining(ids))
    expect(diagnosis[0]?.fix.length).toBeGreaterThan(0)
  })

  it('with two faults that have nothing to do with each other has two causes, first the one that breaks calls', async () => {
    const {diagnosis} = reportOn(aLab(33), await recordedSnapshot('two-faults'))
    expect(diagnosis.map(({cause, explains}) => [cause, explains])).toEqual([
      ['tls.server-name', ['tls.server-name', 'gateway.path', 'wan.rpc', 'acl.replication']],
      ['acl.replication-token', ['acl.replication-rights']],
    ])
  })

  it('has a second cause also where no rule knows it', async () => {
    const recorded = JSON.stringify(await recordedSnapshot('gateway-dead')).replaceAll(
      '"build":"1.8.7',
      '"build":"1.7.4',
    )
    const {checks, diagnosis} = reportOn(model, JSON.parse(recorded) as Snapshot)
    const failed = checks.filter(({status}) => status === 'fail').map(({id}) => id)
    expect(failed).toEqual(expect.arrayContaining(['version.supported', 'wan.rpc']))
    expect(diagnosis.map(({cause}) => cause)).toEqual(['gateway.none-usable', 'version.supported'])
  })

  it('that never joined is given five minutes, and then named', async () => {
    const young = await recordedSnapshot('never-joined')
    expect(reportOn(model, young).diagnosis.map(({cause}) => cause)).toEqual(['federation.settling'])
    const later = {...young, startedAt: new Date(Date.parse(young.startedAt) + 300_000).toISOString()}
    const {checks, diagnosis} = reportOn(model, later)
    expect(checks.filter(({status}) => status === 'fail').map(({id}) => id)).toEqual([
      'access.token',
      'wan.rpc',
      'acl.replication',
      'ca.root',
    ])
    expect(diagnosis).toHaveLength(1)
    expect(diagnosis[0]).toMatchObject({
      cause: 'wan.nobody-in-pool',
      explains: ['access.token', 'wan.rpc', 'acl.replication', 'ca.root'],
      title: 'dc2 is not in one WAN pool with the others: nobody of dc1 in the pool of dc2',
    })
    expect(diagnosis[0]?.fix[0]).toContain('primary_gateways has to be 127.8.1.11:8443')
  })
})
