import {mkdir, mkdtemp, rename, rm, symlink, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'

import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import {labRecordPath, readLabRecord, writeLabRecord} from '../../../src/lab/lab-record.js'
import {openLab, openLabToStop} from '../../../src/lab/open-lab.js'
import {requireLabFolder} from '../../../src/lab/prepare.js'
import {aLabRecord} from '../../fixtures/lab.js'

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

  describe('that names its folder', () => {
    let lab: string
    let other: string

    beforeEach(async () => {
      ;[lab, other] = [join(folder, 'lab'), join(folder, 'other')]
      await writeLabRecord(lab, {...aLabRecord, workspace: lab})
    })

    it('is read there, also through a link', async () => {
      await symlink(lab, other)
      expect(await readLabRecord(lab)).toEqual({...aLabRecord, workspace: lab})
      expect(await readLabRecord(other)).toEqual({...aLabRecord, workspace: lab})
    })

    it('is refused in a copy, for whatever is asked of it, and says where the lab is', async () => {
      await writeLabRecord(other, {...aLabRecord, workspace: lab})
      const refused = {
        code: 'lab.copied',
        message: expect.stringContaining(`${other} is a copy of the lab in ${lab}`) as string,
      }
      await expect(openLab(other)).rejects.toMatchObject(refused)
      await expect(openLabToStop(other, false)).rejects.toMatchObject(refused)
      await expect(requireLabFolder(other, {})).rejects.toMatchObject(refused)
    })

    it('is read where the lab was moved, and without the name as older versions wrote it', async () => {
      await rename(lab, other)
      expect(await readLabRecord(other)).toMatchObject({workspace: lab})
      await writeLabRecord(lab, aLabRecord)
      expect(await readLabRecord(lab)).toEqual(aLabRecord)
    })
  })
})
