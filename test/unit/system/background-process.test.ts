import {mkdir, mkdtemp, readFile, rm, rmdir, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import {findProcess, sendSignal, startInBackground, stopProcess} from '../../../src/system/background-process.js'
import {systemClock} from '../../../src/system/clock.js'

const options = {clock: systemClock, graceMs: 300, name: 'dc1/dc1-s1'}

describe('a background process', () => {
  let folder: string
  const pathsIn = () => ({logFile: join(folder, 'node', 'log'), pidFile: join(folder, 'node', 'pid')})
  const start = (script: string) =>
    startInBackground({...pathsIn(), args: ['-c', script], env: {PATH: process.env.PATH}, file: '/bin/sh'})

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fedctl-process-'))
  })

  afterEach(async () => {
    await stopProcess(pathsIn().pidFile, options)
    await rm(folder, {force: true, recursive: true})
  })

  it('is found alive by its pid file, and is gone after it was stopped', async () => {
    const started = await start('exec sleep 60')
    expect(await findProcess(pathsIn().pidFile)).toEqual({alive: true, pid: started.pid})
    expect(await stopProcess(pathsIn().pidFile, {...options, graceMs: 5000})).toBe(true)
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
    expect(await stopProcess(pathsIn().pidFile, options)).toBe(true)
    expect(await findProcess(pathsIn().pidFile)).toBeUndefined()
  })

  it('keeps its pid file and is named where it does not end', async () => {
    const {pid} = await start('exec sleep 60')
    const signals: string[] = []
    const kill = (_: number, signal: string) => signals.push(signal)
    await expect(stopProcess(pathsIn().pidFile, {...options, graceMs: 50, kill})).rejects.toMatchObject({
      code: 'process.failed',
      message: `dc1/dc1-s1 (pid ${pid}) still runs 0.05 s after SIGKILL`,
    })
    expect(signals).toEqual(['SIGTERM', 'SIGKILL'])
    expect(await findProcess(pathsIn().pidFile)).toEqual({alive: true, pid})
  })

  it('is named where this user may not end it', async () => {
    const {pid} = await start('exec sleep 60')
    const kill = () => {
      throw Object.assign(new Error('kill EPERM'), {code: 'EPERM'})
    }
    await expect(stopProcess(pathsIn().pidFile, {...options, kill})).rejects.toMatchObject({
      code: 'process.failed',
      message: `cannot send SIGTERM to dc1/dc1-s1 (pid ${pid}): permission denied`,
    })
    expect(await findProcess(pathsIn().pidFile)).toEqual({alive: true, pid})
  })

  it('is told from one that has ended where it gets a signal', async () => {
    const {pid} = await start('trap "echo heard" HUP; echo ready; while :; do sleep 0.05; done')
    await expect.poll(() => readFile(pathsIn().logFile, 'utf8')).toContain('ready')
    expect(sendSignal(pid, 'SIGHUP', options)).toBe(true)
    await expect.poll(() => readFile(pathsIn().logFile, 'utf8')).toContain('heard')
    await stopProcess(pathsIn().pidFile, options)
    expect(sendSignal(pid, 'SIGHUP', options)).toBe(false)
  })

  it('is waited for no longer once that is cancelled, and keeps its pid file', async () => {
    const {pid} = await start('trap "" TERM; echo ready; while :; do sleep 0.05; done')
    await expect.poll(() => readFile(pathsIn().logFile, 'utf8')).toContain('ready')
    const controller = new AbortController()
    const stopping = stopProcess(pathsIn().pidFile, {...options, graceMs: 60_000, signal: controller.signal})
    controller.abort(new Error('enough'))
    await expect(stopping).rejects.toThrow()
    expect(await findProcess(pathsIn().pidFile)).toEqual({alive: true, pid})
  })

  it('says what is wrong where its log or its folder cannot be had', async () => {
    await writeFile(join(folder, 'node'), 'a file')
    await expect(start('true')).rejects.toMatchObject({code: 'file.unwritable'})
    await rm(join(folder, 'node'))
    const cwd = join(folder, 'missing')
    await expect(startInBackground({...pathsIn(), args: [], cwd, env: {}, file: '/bin/true'})).rejects.toMatchObject({
      code: 'process.failed',
      suggestions: expect.arrayContaining([expect.stringContaining(cwd)]) as string[],
    })
  })

  it('is not taken for alive when its pid belongs to another process now', async () => {
    const {pid} = await start('exec sleep 60')
    const [, , boot] = (await readFile(pathsIn().pidFile, 'utf8')).trim().split(' ')
    const other = join(folder, 'other-pid')
    await writeFile(other, `${pid} 1 ${boot}\n`)
    expect(await findProcess(other)).toEqual({alive: false, pid})
    expect(await stopProcess(other, options)).toBe(false)
    expect((await findProcess(pathsIn().pidFile))?.alive).toBe(true)
  })

  it('is not found through an empty pid file, and one that is cut off anywhere is an error that names it', async () => {
    const {pid} = await start('exec sleep 60')
    const whole = await readFile(pathsIn().pidFile, 'utf8')
    const cut = join(folder, 'dc1', 'dc1-s1', 'pid')
    await mkdir(dirname(cut), {recursive: true})
    await writeFile(cut, '')
    expect(await findProcess(cut)).toBeUndefined()
    const others = ['\n', 'x', '-1 2 3\n', `${whole}1`]
    for (const content of [...Array.from(whole, (_, length) => whole.slice(0, length)).slice(1), ...others]) {
      await writeFile(cut, content)
      const refused = {code: 'workspace.invalid', message: expect.stringContaining(cut) as string}
      await expect(findProcess(cut), content).rejects.toMatchObject(refused)
      await expect(stopProcess(cut, options), content).rejects.toMatchObject(refused)
    }
    await writeFile(cut, whole)
    expect(await findProcess(cut)).toEqual({alive: true, pid})
  })

  it('never runs where its pid file cannot be written', async () => {
    const {logFile, pidFile} = pathsIn()
    await mkdir(pidFile, {recursive: true})
    await expect(start('echo it runs')).rejects.toMatchObject({code: 'file.unwritable'})
    expect(await readFile(logFile, 'utf8')).toBe('')
    await rmdir(pidFile)
  })

  it('leaves a pid file and a log even when the program cannot be run', async () => {
    await startInBackground({...pathsIn(), args: [], env: {PATH: process.env.PATH}, file: '/nowhere/program'})
    await expect.poll(async () => (await findProcess(pathsIn().pidFile))?.alive).toBe(false)
    expect(await readFile(pathsIn().logFile, 'utf8')).toContain('/nowhere/program')
  })
})
