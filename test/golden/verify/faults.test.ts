import {readdir} from 'node:fs/promises'
import {dirname} from 'node:path'

import {describe, expect, it} from 'vitest'

import {verifySnapshot} from '../../../src/checks/verify.js'
import {faults} from '../../../src/lab/faults/faults.js'
import {isShown} from '../../../src/lab/faults/showing.js'
import {loadSnapshot} from '../../../src/observe/saved-snapshot.js'
import {faultSnapshotPath, theBrokenLab} from '../../fixtures/lab.js'

describe('a snapshot of a broken lab', () => {
  it('is there for every fault, and for no other (npm run test:faults writes them)', async () => {
    const saved = await readdir(dirname(faultSnapshotPath('any')))
    expect(saved.sort()).toEqual(faults.map(({id}) => `${id}.json`).sort())
  })

  it.each(faults.map((fault) => [fault.id, fault] as const))('leads from %s to its cause first', async (id, fault) => {
    const isolate = fault.needs?.includes('isolate') ?? false
    const {report} = verifySnapshot(theBrokenLab({isolate}), await loadSnapshot(faultSnapshotPath(id)))
    const statuses = fault.checks.map((check) => [check, report.checks.find((result) => result.id === check)?.status])
    expect(statuses).toEqual(fault.checks.map((check) => [check, fault.cause === undefined ? 'warn' : 'fail']))
    expect(report.diagnosis[0]?.cause).toBe(fault.cause)
    expect(isShown(fault, report)).toBe(true)
  })
})
