import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdir, mkdtemp, readdir, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import {removeAbandoned} from '../../../src/system/abandoned-files.js'
import {temporaryFor} from '../../../src/system/temporary-name.js'

describe('what writers that were killed left', () => {
  let folder: string
  /** The name of a temporary file of another process. */
  const of = (pid: number) => temporaryFor('secrets.json').replace(`-${process.pid}-`, `-${pid}-`)
  const put = async (...names: string[]) => {
    for (const name of names) await writeFile(join(folder, name), '')
  }
  const left = async () => (await readdir(folder, {recursive: true})).sort()

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fedctl-abandoned-'))
  })

  afterEach(() => rm(folder, {force: true, recursive: true}))

  it('is removed, and nothing that only looks like it', async () => {
    const kept = ['ca.pem.1', 'ca.pem.20261120', 'lock', 'notes.tmp', 'x.fedctl-1-y.tmp']
    await put(of(2_147_483_000), temporaryFor('own'), ...kept)
    await removeAbandoned(folder, {recursive: true})
    expect(await left()).toEqual(kept)
  })

  it('stays where its writer runs', async () => {
    const child = spawn('sleep', ['60'], {stdio: 'ignore'})
    await once(child, 'spawn')
    const name = of(child.pid ?? 0)
    await put(name)
    await removeAbandoned(folder, {recursive: true})
    expect(await left()).toEqual([name])
    child.kill('SIGKILL')
    await once(child, 'exit')
    await removeAbandoned(folder, {recursive: true})
    expect(await left()).toEqual([])
  })

  it('is looked for in folders where that is asked, but not in those that are excepted', async () => {
    await mkdir(join(folder, 'dc1'))
    await mkdir(join(folder, 'data'))
    const dead = of(2_147_483_000)
    await put(join('dc1', dead), join('data', dead))
    await removeAbandoned(folder, {recursive: false})
    expect(await left()).toEqual(['data', join('data', dead), 'dc1', join('dc1', dead)])
    await removeAbandoned(folder, {except: ['data'], recursive: true})
    expect(await left()).toEqual(['data', join('data', dead), 'dc1'])
  })

  it('needs no folder', async () => {
    await expect(removeAbandoned(join(folder, 'nowhere'), {recursive: true})).resolves.toBeUndefined()
  })
})
