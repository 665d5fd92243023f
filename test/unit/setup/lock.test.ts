import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import {withLock} from '../../../bin/setup/lock.js'

let folder: string
let lock: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fedctl-lock-'))
  lock = join(folder, 'lock')
})

afterEach(async () => {
  await rm(folder, {force: true, recursive: true})
})

describe('the lock of the set-up', () => {
  it('lets one process at a time in, also where a dead one has left it', async () => {
    await writeFile(lock, `${await deadPid()} 1\n`)
    const journal = join(folder, 'journal')
    const module = new URL('../../../bin/setup/lock.js', import.meta.url).href
    const script = `
      import { appendFile } from 'node:fs/promises'
      import { setTimeout as delay } from 'node:timers/promises'
      const { withLock } = await import(${JSON.stringify(module)})
      await withLock(${JSON.stringify(lock)}, async () => {
        await appendFile(${JSON.stringify(journal)}, 'in ' + process.pid + '\\n')
        await delay(20)
        await appendFile(${JSON.stringify(journal)}, 'out ' + process.pid + '\\n')
      })`
    const children = Array.from({length: 4}, () =>
      spawn(process.execPath, ['--input-type=module', '-e', script], {stdio: 'inherit'}),
    )
    const codes = await Promise.all(children.map(async (child) => (await once(child, 'close'))[0] as number))
    expect(codes).toEqual([0, 0, 0, 0])

    const lines = (await readFile(journal, 'utf8')).trim().split('\n')
    const visits = lines.filter((line) => line.startsWith('in ')).map((line) => line.slice('in '.length))
    expect(lines).toEqual(visits.flatMap((pid) => [`in ${pid}`, `out ${pid}`]))
    expect(visits.map(Number).sort()).toEqual(children.map((child) => child.pid).sort())
    expect(await readdir(folder)).toEqual(['journal'])
  })

  it('does not take a process that got the pid of a dead holder for that holder', async () => {
    await writeFile(lock, `${process.pid} 1\n`)
    expect(await withLock(lock, () => Promise.resolve('in'), {timeoutMs: 5000})).toBe('in')
  })

  it('is free again when the task fails', async () => {
    const failure = withLock(lock, () => Promise.reject(new Error('no disk')))
    await expect(failure).rejects.toThrow('no disk')
    expect(await readdir(folder)).toEqual([])
  })

  it('names the holder while it waits, and gives up after its time', async () => {
    const waited: number[] = []
    const inside = await withLock(lock, async () => {
      const second = withLock(lock, () => Promise.resolve('in'), {onWait: (pid) => waited.push(pid), timeoutMs: 1})
      return second.catch((error: unknown) => (error as Error).message)
    })
    expect(inside).toContain(`process ${process.pid} has held`)
    expect(waited).toEqual([process.pid])
  })

  it('ends the waiting when it is cancelled', async () => {
    const controller = new AbortController()
    const inside = await withLock(lock, async () => {
      const second = withLock(lock, () => Promise.resolve('in'), {
        onWait: () => controller.abort(),
        signal: controller.signal,
      })
      return second.catch((error: unknown) => (error as Error).name)
    })
    expect(inside).toBe('AbortError')
    expect(await readdir(folder)).toEqual([])
  })
})

async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['--version'], {stdio: 'ignore'})
  await once(child, 'close')
  return child.pid ?? 0
}
