import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {delimiter, join} from 'node:path'

import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest'

import {identityOf, isSameProcess} from '../../../src/system/process-identity.js'

describe('the identity of a process', () => {
  let folder: string

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fedctl-identity-'))
  })

  afterEach(async () => {
    vi.unstubAllEnvs()
    await rm(folder, {force: true, recursive: true})
  })

  it('is the same at any time, and undefined for a process that is not there', async () => {
    const identity = await identityOf(process.pid)
    expect(identity && isSameProcess(await identityOf(process.pid), identity)).toBe(true)
    expect(await identityOf(2_147_483_000)).toBeUndefined()
  })

  it('is asked of ps in one locale and time zone where there is no /proc, and trimmed', async () => {
    await writeFile(join(folder, 'ps'), '#!/bin/sh\necho " $LC_ALL  $TZ $* "\n', {mode: 0o755})
    vi.stubEnv('PATH', `${folder}${delimiter}${process.env.PATH ?? ''}`)
    vi.stubEnv('TZ', 'Asia/Tokyo')
    vi.stubEnv('LC_ALL', 'de_DE.UTF-8')
    expect(await identityOf(4711, 'darwin')).toEqual({boot: '-', start: 'C_UTC_-o_lstart=_-p_4711'})
  })
})
