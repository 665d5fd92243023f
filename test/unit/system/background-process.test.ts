import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import {findProcess, startInBackground, stopProcess} from '../../../src/system/background-process.js'
import {systemClock} from '../../../src/system/clock.js'

const graceMs = 300

describe('a background process', () => {
  let folder: string
  const pathsIn = () => ({logFile: join(folder, 'node', 'log'), pidFile: join(folder, 'node', 'pid')})
  const start = (script: string) =>
    startInBackground({...pathsIn(), args: ['-c', script], env: {PATH: process.env.PATH}, file: '/bin/sh'}, systemClock)

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fedctl-process-'))
  })

  afterEach(async () => {
    await stopProcess(pathsIn().pidFile, graceMs, systemClock)
    await rm(folder, {force: true, recursive: true})
  })

  it('is found alive by its pid file, and is gone after it was stopped', async () => {
    const started = await start('exec sleep 60')
    expect(await findProcess(pathsIn().pidFile)).toEqual({alive: true, pid: started.pid})
    expect(await stopProcess(pathsIn().pidFile, 5000, systemClock)).toBe(true)
    expect(await findProcess(pathsIn().pidFile)).toBeUndefined()
    expect(() => process.kill(started.pid, 0)).toThrow(/ESRCH/)
  })

  it('writes what it says into the log', async () => {
    await start('echo to-stdout; echo to-stderr >&2; exec sleep 60')
    await expect.poll(() => readFile(pathsIn().logFile, 'utf8')).toBe('to-stdout\nto-stderr\n')
  })

  it('is killed where it ignores the request to end', async () => {
    await start('trap "" TERM; echo ready; while :; do sleep 0.05; done')
    await expect.poll(() => readFile(pathsIn().logFile, 'utf8')).toContain('ready')
    expect(await stopProcess(pathsIn().pidFile, graceMs, systemClock)).toBe(true)
    expect(await findProcess(pathsIn().pidFile)).toBeUndefined()
  })

  it('is not taken for alive when its pid belongs to another process now', async () => {
    const {pid} = await start('exec sleep 60')
    const [, , boot] = (await readFile(pathsIn().pidFile, 'utf8')).trim().split(' ')
    const other = join(folder, 'other-pid')
    await writeFile(other, `${pid} 1 ${boot}\n`)
    expect(await findProcess(other)).toEqual({alive: false, pid})
    expect(await stopProcess(other, graceMs, systemClock)).toBe(false)
    expect((await findProcess(pathsIn().pidFile))?.alive).toBe(true)
  })

  it('is not found through a pid file that is empty or cut off', async () => {
    const broken = join(folder, 'broken')
    for (const content of ['', '\n', 'x', '-1 2 3']) {
      await writeFile(broken, content)
      expect(await findProcess(broken)).toBeUndefined()
    }
  })

  it('leaves a pid file and a log even when the program cannot be run', async () => {
    await startInBackground(
      {...pathsIn(), args: [], env: {PATH: process.env.PATH}, file: '/nowhere/program'},
      systemClock,
    )
    await expect.poll(async () => (await findProcess(pathsIn().pidFile))?.alive).toBe(false)
    expect(await readFile(pathsIn().logFile, 'utf8')).toContain('/nowhere/program')
  })
})
