import {execFile} from 'node:child_process'
import {mkdtemp, rm, truncate, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {promisify} from 'node:util'

import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import {readIfExists, readText} from '../../../src/system/files.js'

describe('reading files whole', () => {
  let folder = ''

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fedctl-files-'))
  })

  afterEach(() => rm(folder, {force: true, recursive: true}))

  it('refuses a pipe, for which it would wait without end, and a device', async () => {
    const pipe = join(folder, 'pipe')
    await promisify(execFile)('mkfifo', [pipe])
    for (const path of [pipe, '/dev/zero']) {
      await expect(readText(path)).rejects.toMatchObject({
        code: 'file.unreadable',
        message: `cannot read ${path}: it is a pipe or a device, not a file`,
      })
      await expect(readIfExists(path)).rejects.toMatchObject({code: 'file.unreadable'})
    }
  })

  it('refuses a file that would fill the memory', async () => {
    const path = join(folder, 'sparse')
    await writeFile(path, '')
    await truncate(path, 2 ** 40)
    await expect(readText(path)).rejects.toMatchObject({
      code: 'file.unreadable',
      message: `cannot read ${path}: it has 1099511627776 bytes, and at most 268435456 are read`,
    })
  })

  it('says that a folder is one', async () => {
    await expect(readText(folder)).rejects.toMatchObject({message: `cannot read ${folder}: it is a folder`})
  })
})
