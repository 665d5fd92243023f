import {describe, expect, it} from 'vitest'

import {verifySnapshot} from '../../../src/checks/verify.js'
import {aLab, recordedSnapshot} from '../../fixtures/lab.js'

const reason = (what: string) => `the snapshot does not hold ${what}: it was not asked for when fedctl 0.1.0 took it`

describe('a snapshot of the first fedctl', () => {
  it('is judged by what it holds, and each check that needs more says so', async () => {
    const {report} = verifySnapshot(aLab(7), await recordedSnapshot('first-fedctl'))
    expect(report.checks.filter(({status}) => status === 'fail')).toEqual([])
    const skipped = report.checks.filter(({status}) => status === 'skip')
    expect(Object.fromEntries(skipped.map(({findings, id}) => [id, findings[0]?.found]))).toEqual({
      'acl.anonymous': reason('anonymous-rights'),
      'acl.gateway-token': reason('gateway-token'),
      'acl.replication-rights': reason('replication-token'),
      'entries.replicated': reason('config-entries'),
      'gateway.envoy': 'no gateway has envoy_admin in the federation file',
      'mesh.mode': reason('config-entries'),
    })
    expect(report.summary.pass).toBeGreaterThan(35)
  })

  it('is no pass where a check is chosen for which it holds nothing', async () => {
    const {report} = verifySnapshot(aLab(7), await recordedSnapshot('first-fedctl'), {only: ['entries']})
    expect(report).toMatchObject({diagnosis: [{explains: ['entries.replicated']}], status: 'fail'})
  })
})
