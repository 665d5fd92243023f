import {createHash} from 'node:crypto'
import {mkdir, mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import {withWorkspaceLock} from '../../../src/federation/workspace-lock.js'
import {workspacePaths} from '../../../src/federation/workspace.js'
import {systemClock} from '../../../src/system/clock.js'
import {identityOf} from '../../../src/system/process-identity.js'

describe('the lock of a workspace', () => {
  let workspace: string
  const lock = <T>(work: () => Promise<T>, command = 'fedctl test') =>
    withWorkspaceLock(workspace, command, systemClock, work)
  const leaveLock = async (content: string) => {
    const {lock: path, state} = workspacePaths(workspace)
    await mkdir(state)
    await writeFile(path, content)
  }

  beforeEach(async () => {
    workspace = await mkdtemp(join(tmpdir(), 'fedctl-lock-'))
  })

  afterEach(() => rm(workspace, {force: true, recursive: true}))

  it('is held while something is done, and gone afterwards, also when that fails', async () => {
    await lock(async () => expect(await readdir(workspacePaths(workspace).state)).toEqual(['lock']))
    await expect(lock(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
    expect(await readdir(workspacePaths(workspace).state)).toEqual([])
  })

  it('tells a second run who holds it, and lets it in when that one has ended', async () => {
    await lock(async () => {
      await expect(lock(() => Promise.resolve())).rejects.toMatchObject({
        code: 'workspace.locked',
        message: expect.stringMatching(
          new RegExp(`^\`fedctl first\` of .+ \\(pid ${process.pid}\\) has worked here since`),
        ) as string,
      })
    }, 'fedctl first')
    expect(await lock(() => Promise.resolve('in'))).toBe('in')
  })

  it.each([
    ['a process that has ended', {boot: '-', pid: 2_147_483_000, start: '1'}],
    ['another process that has its pid now', {boot: 'another boot', pid: process.pid, start: '1'}],
  ])('is taken over from %s', async (_, owner) => {
    await leaveLock(JSON.stringify({...owner, command: 'x', since: 'y', user: 'z'}))
    expect(await lock(() => Promise.resolve('in'))).toBe('in')
    expect(await readdir(workspacePaths(workspace).state)).toEqual([])
  })

  it('is taken over where one that took it over has died as well', async () => {
    const owner = {boot: '-', command: 'x', pid: 2_147_483_000, since: 'y', start: '1', user: 'z'}
    const [first, second] = [1, 2].map((id) => JSON.stringify({...owner, id})) as [string, string]
    await leaveLock(first)
    const hash = createHash('sha256').update(first).digest('hex').slice(0, 16)
    await writeFile(`${workspacePaths(workspace).lock}.after-${hash}`, second)
    expect(await lock(() => Promise.resolve('in'))).toBe('in')
    expect(await readdir(workspacePaths(workspace).state)).toEqual([])
  })

  it("stays where it is somebody else's after what was done", async () => {
    const {lock: path} = workspacePaths(workspace)
    await lock(() => writeFile(path, 'of another run'))
    expect(await readFile(path, 'utf8')).toBe('of another run')
  })

  it('is taken over where a power cut has left an empty file', async () => {
    await leaveLock('')
    expect(await lock(() => Promise.resolve('in'))).toBe('in')
  })

  it('lets one in at a time where many find the same dead owner', async () => {
    await leaveLock(JSON.stringify({boot: '-', command: 'x', pid: 2_147_483_000, since: 'y', start: '1', user: 'z'}))
    let inside = 0
    let most = 0
    const attempts = Array.from({length: 20}, () =>
      lock(async () => {
        inside += 1
        most = Math.max(most, inside)
        await identityOf(process.pid)
        inside -= 1
      }).then(
        () => 'in' as const,
        () => 'out' as const,
      ),
    )
    expect(await Promise.all(attempts)).toContain('in')
    expect(most).toBe(1)
  })
})
