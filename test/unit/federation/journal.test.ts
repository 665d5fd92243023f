import {appendFile, mkdtemp, readFile, rm, stat} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import {FedctlError} from '../../../src/errors/fedctl-error.js'
import {
  type Journal,
  journalledChange,
  journalledRun,
  openJournal,
  readJournal,
} from '../../../src/federation/journal.js'
import {workspacePaths} from '../../../src/federation/workspace.js'
import {systemClock} from '../../../src/system/clock.js'

describe('the journal', () => {
  let workspace: string
  let journal: Journal
  const path = () => workspacePaths(workspace).journal
  const told = async () =>
    (await readJournal(workspace)).map(({change, event, message}) => [event, change ?? message ?? ''].join(' ').trim())

  beforeEach(async () => {
    workspace = await mkdtemp(join(tmpdir(), 'fedctl-journal-'))
    const redact = (text: string) => text.replaceAll('hush', '***')
    journal = openJournal(workspace, 'acl apply', {clock: systemClock, redact})
  })

  afterEach(() => rm(workspace, {force: true, recursive: true}))

  it('holds no secret, and is for its owner alone', async () => {
    await journal.append({change: 'write hush', event: 'change-announced'})
    expect(await told()).toEqual(['change-announced write ***'])
    expect(await readFile(path(), 'utf8')).not.toContain('hush')
    expect((await stat(path())).mode & 0o777).toBe(0o600)
  })

  it('leaves out a line that was cut off, and goes on with the next one', async () => {
    await journal.append({event: 'run-started'})
    await appendFile(path(), '{"event":"change-announced","change":"star')
    expect(await told()).toEqual(['run-started'])
    await journal.append({event: 'run-done'})
    expect(await told()).toEqual(['run-started', 'run-done'])
  })

  it('has a change before it is made, and its result after that', async () => {
    const before = await journalledRun(journal, () => journalledChange(journal, 'make it', told))
    expect(before).toEqual(['run-started', 'change-announced make it'])
    expect(await told()).toEqual([...before, 'change-done make it', 'run-done'])
  })

  it('says why a run failed', async () => {
    const broken = new FedctlError('file.unwritable', 'the disk is full')
    await expect(journalledRun(journal, () => Promise.reject(broken))).rejects.toBe(broken)
    expect(await told()).toEqual(['run-started', 'run-failed file.unwritable: the disk is full'])
  })
})
