import {type ChildProcess, spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdir, readdir, readFile, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {createInterface, type Interface} from 'node:readline'

import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import {workspacePaths} from '../../src/federation/workspace.js'
import {temporaryFolder} from './fedctl.js'

const starters = 8
const rounds = 12

/** For each line it reads it asks for the lock, notes in the journal when it is inside, and says how that went. */
const starter = `
  import {appendFile} from 'node:fs/promises'
  import {createInterface} from 'node:readline'
  import {setTimeout as delay} from 'node:timers/promises'
  const {withWorkspaceLock} = await import(process.argv[1])
  const {systemClock} = await import(process.argv[2])
  const [, , , workspace, journal] = process.argv
  console.log('ready')
  for await (const ending of createInterface({input: process.stdin})) {
    const said = await withWorkspaceLock(workspace, 'fedctl test', systemClock, async () => {
      await appendFile(journal, 'enter ' + process.pid + '\\n')
      await delay(5)
      await appendFile(journal, 'leave ' + process.pid + '\\n')
      if (ending === 'crash') process.kill(process.pid, 'SIGKILL')
      return 'in'
    }).catch((error) => error.code ?? error.message)
    console.log(said)
  }
`

interface Starter {
  readonly child: ChildProcess
  readonly lines: AsyncIterator<string>
  readonly reader: Interface
}

describe('the lock of a workspace that a crash left behind', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let running: Starter[] = []
  const paths = () => workspacePaths(join(folder.path, 'workspace'))
  const journal = () => join(folder.path, 'journal')

  const leaveDeadLock = async (round: number) => {
    const owner = {boot: '-', command: 'x', id: String(round), pid: 2_147_483_000, since: 'y', start: '1', user: 'z'}
    await writeFile(paths().lock, JSON.stringify(owner))
  }

  const launch = async (): Promise<Starter> => {
    const [lock, clock] = ['federation/workspace-lock.js', 'system/clock.js'].map(
      (path) => new URL(`../../.tools/compiled/${path}`, import.meta.url).href,
    ) as [string, string]
    const args = ['--input-type=module', '-e', starter, lock, clock, paths().root, journal()]
    const child = spawn(process.execPath, args, {stdio: ['pipe', 'pipe', 'inherit']})
    const reader = createInterface({input: child.stdout})
    const started = {child, lines: reader[Symbol.asyncIterator](), reader}
    expect((await started.lines.next()).value).toBe('ready')
    return started
  }

  /** What all of them say to one request, given at the same time; `crashed` for one that said nothing more. */
  const ask = (ending: string) =>
    Promise.all(
      running.map(async ({child, lines}) => {
        child.stdin?.write(`${ending}\n`)
        const answer = await lines.next()
        return answer.done ? 'crashed' : answer.value
      }),
    )

  const untilEnded = async ({child}: (typeof running)[number]) => {
    if (child.exitCode === null && child.signalCode === null) await once(child, 'close')
  }

  const expectOneAtATime = async (from = 0) => {
    const visits = (await readFile(journal(), 'utf8')).trim().split('\n').slice(from)
    const entered = visits.filter((line) => line.startsWith('enter ')).map((line) => line.slice('enter '.length))
    expect(visits).toEqual(entered.flatMap((pid) => [`enter ${pid}`, `leave ${pid}`]))
    return entered.length
  }

  beforeEach(async () => {
    folder = await temporaryFolder()
    await mkdir(paths().state, {recursive: true})
    running = await Promise.all(Array.from({length: starters}, launch))
  })

  afterEach(async () => {
    const ended = running.map(untilEnded)
    for (const {child} of running) child.stdin?.end()
    await Promise.all(ended)
    await rm(folder.path, {force: true, recursive: true})
  })

  it('lets one process at a time in, tells the others, and leaves nothing behind', async () => {
    for (let round = 0; round < rounds; round += 1) {
      await leaveDeadLock(round)
      const said = await ask('go')
      expect(said).toContain('in')
      expect(said.filter((word) => word !== 'in' && word !== 'workspace.locked')).toEqual([])
      expect(await readdir(paths().state)).toEqual([])
    }
    expect(await expectOneAtATime()).toBeGreaterThanOrEqual(rounds)
  }, 60_000)

  it('is taken over from each of many that crash in turn', async () => {
    await leaveDeadLock(0)
    while (running.length > 0) {
      const said = await ask('crash')
      expect(said).toContain('crashed')
      expect(said.filter((word) => word !== 'crashed' && word !== 'workspace.locked')).toEqual([])
      // Its output ends a moment before the process does, which owns the lock until then.
      await Promise.all(running.filter((_, index) => said[index] === 'crashed').map(untilEnded))
      running = running.filter((_, index) => said[index] !== 'crashed')
    }
    expect(await expectOneAtATime()).toBe(starters)
    running = [await launch()]
    expect(await ask('go')).toEqual(['in'])
    expect(await readdir(paths().state)).toEqual([])
  }, 60_000)
})
