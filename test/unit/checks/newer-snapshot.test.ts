import {describe, expect, it} from 'vitest'

import {verifySnapshot} from '../../../src/checks/verify.js'
import {faults} from '../../../src/lab/faults/faults.js'
import {isShown} from '../../../src/lab/faults/showing.js'
import {recordedSnapshot, theBrokenLab} from '../../fixtures/lab.js'

/** Versions of which there are snapshots of the usual lab, and what was broken for them: their answers and errors differ from those of 1.8.7. */
const versions = ['1.15.10', '1.22.0']
const broken = ['foreign-ca', 'gateway-dead', 'replication-token-missing', 'replication-token-revoked']

describe.each(versions)('a lab with Consul %s', (consul) => {
  const judge = async (name: string) =>
    verifySnapshot(theBrokenLab({consul}), await recordedSnapshot(`${consul}/${name}`)).report

  it('passes while nothing is broken, with the warnings of a small lab and every check asked', async () => {
    const {checks, diagnosis} = await judge('healthy')
    const ids = (status: string) => checks.filter((check) => check.status === status).map(({id}) => id)
    expect(ids('fail')).toEqual([])
    expect(diagnosis).toEqual([])
    expect(ids('warn')).toEqual(['raft.tolerance', 'gateway.redundant'])
    expect(ids('skip')).toEqual(['gateway.envoy'])
  })

  it.each(broken)('leads from %s to its cause first', async (id) => {
    const fault = faults.find((one) => one.id === id)
    if (!fault) throw new Error(`no fault ${id}`)
    const report = await judge(id)
    expect(report.diagnosis[0]?.cause).toBe(fault.cause)
    expect(isShown(fault, report)).toBe(true)
  })
})
