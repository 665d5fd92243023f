import {mkdtemp, readdir, readFile, rm, stat, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import {workspacePaths} from '../../../../src/federation/workspace.js'
import {
  forgetFault,
  keepFile,
  noteFault,
  noteMade,
  putBack,
  readFaultRecord,
} from '../../../../src/lab/faults/fault-record.js'
import {writeWhole} from '../../../../src/system/files.js'

describe('the fault of a lab, on disk', () => {
  const now = new Date('2026-11-20T12:00:00Z')
  let workspace: string
  let file: string

  beforeEach(async () => {
    workspace = await mkdtemp(join(tmpdir(), 'fedctl-test-'))
    file = join(workspace, 'pki', 'dc1', 'dc1-s1.pem')
    await writeWhole(file, 'as it was', {mode: 0o644})
  })

  afterEach(() => rm(workspace, {force: true, recursive: true}))

  it('is there once it is noted, until it is forgotten', async () => {
    expect(await readFaultRecord(workspace)).toBeUndefined()
    const record = await noteFault(workspace, 'gateway-dead', now)
    const about = {fault: 'gateway-dead', since: '2026-11-20T12:00:00.000Z'}
    expect(await readFaultRecord(workspace)).toMatchObject({...about, isMade: false})
    await noteMade(workspace, record)
    expect(await readFaultRecord(workspace)).toMatchObject({...about, isMade: true})
    await forgetFault(workspace)
    expect(await readFaultRecord(workspace)).toBeUndefined()
    expect(await readdir(workspacePaths(workspace).state)).toEqual([])
  })

  it('puts files back as they were first, with their permissions, as often as it is asked to', async () => {
    await noteFault(workspace, 'foreign-ca', now)
    await keepFile(workspace, file)
    await writeWhole(file, 'broken', {mode: 0o600})
    await keepFile(workspace, file)
    for (const _ of ['once', 'again']) {
      await putBack(workspace)
      expect(await readFile(file, 'utf8')).toBe('as it was')
      expect((await stat(file)).mode & 0o777).toBe(0o644)
    }
  })

  it('keeps nothing of an earlier fault', async () => {
    await noteFault(workspace, 'foreign-ca', now)
    await keepFile(workspace, file)
    await writeWhole(file, 'newer')
    await noteFault(workspace, 'gateway-dead', now)
    await putBack(workspace)
    expect(await readFile(file, 'utf8')).toBe('newer')
  })

  it('is an error where it cannot be read', async () => {
    await noteFault(workspace, 'gateway-dead', now)
    await writeFile(join(workspacePaths(workspace).state, 'fault.json'), '{"fault":')
    await expect(readFaultRecord(workspace)).rejects.toMatchObject({code: 'workspace.invalid'})
  })
})
