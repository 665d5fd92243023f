import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'

import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import {labRecordPath, readLabRecord} from '../../../src/lab/lab-record.js'

describe('the record of a lab', () => {
  let folder: string

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fedctl-record-'))
    await mkdir(dirname(labRecordPath(folder)))
  })

  afterEach(() => rm(folder, {force: true, recursive: true}))

  it.each(['', '{"block": 7, "opt', '{}', 'null'])('is never read as whole where it is %j', async (content) => {
    await writeFile(labRecordPath(folder), content)
    await expect(readLabRecord(folder)).rejects.toMatchObject({
      code: 'workspace.invalid',
      message: `${labRecordPath(folder)} is damaged`,
    })
  })
})
