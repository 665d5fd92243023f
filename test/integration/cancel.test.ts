import {readdir} from 'node:fs/promises'
import {join} from 'node:path'

import {execa} from 'execa'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'

import {readJournal} from '../../src/federation/journal.js'
import {readLabRecord} from '../../src/lab/lab-record.js'
import {consulVersion, fedctl, fedctlScript, temporaryFolder} from './fedctl.js'

/** Two seconds are what is promised; a busy machine gets more. */
const endsWithinMs = 8000

/** Runs fedctl, sends it a signal when a line of its progress matches, and waits until it has ended. */
async function fedctlSignalled(
  args: readonly string[],
  upon: RegExp,
  signals: readonly NodeJS.Signals[],
  cwd: string,
): Promise<{exitCode: number | undefined; isInTime: boolean; stderr: string}> {
  const child = execa(process.execPath, [fedctlScript, ...args], {
    cwd,
    env: {CONSUL_HTTP_ADDR: undefined, CONSUL_HTTP_TOKEN: undefined, FEDCTL_FEDERATION: undefined},
    reject: false,
    stdin: 'ignore',
    timeout: 120_000,
  })
  let said = ''
  let timer: NodeJS.Timeout | undefined
  let isInTime = true
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString('utf8')
    if (timer || !upon.test(said)) return
    timer = setTimeout(() => {
      isInTime = false
      child.kill('SIGKILL')
    }, endsWithinMs)
    for (const signal of signals) child.kill(signal)
  })
  const {exitCode, stderr} = await child
  expect(timer, `it never said ${upon.source}: ${stderr}`).toBeDefined()
  clearTimeout(timer)
  return {exitCode, isInTime, stderr}
}

describe('Ctrl-C', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  const lab = () => join(folder.path, 'lab')
  const workspace = () => join(folder.path, 'by-hand')

  /** Neither half-written files nor a lock. */
  const expectTidy = async (root: string) => {
    const names = await readdir(root, {recursive: true})
    expect(names.filter((name) => /\.tmp$|\.pending$|\.fedctl\/lock/.test(name))).toEqual([])
  }

  beforeAll(async () => {
    folder = await temporaryFolder()
  })

  afterAll(async () => {
    await fedctl(['lab', 'down', '--purge', '--dir', lab()])
    await fedctl(['lab', 'down', '--dir', workspace()])
    await folder.remove()
  })

  describe('while a lab comes up', () => {
    it.each([
      ['SIGINT', /Issue the certificates of dc1/],
      ['SIGTERM', /waiting: raft\.leader|waiting: access\.api/],
      ['SIGINT', /create policy fedctl-verifier/],
      ['SIGHUP', /start the gateway dc1/],
      ['SIGINT', /start the server dc2/],
    ] as const)('ends it after %s upon %s with 130 and says how to go on', async (signal, upon) => {
      const run = await fedctlSignalled(
        ['lab', 'up', '--datacenters', '2', '--dir', lab()],
        upon,
        [signal],
        folder.path,
      )
      expect(run, run.stderr).toMatchObject({exitCode: 130, isInTime: true})
      expect(run.stderr).toMatch(
        /error \[cancelled\] cancelled before it was done\n {2}→ run the same command again to go on(\n {2}→ what was started keeps running; .*lab down --dir .* ends it)?$/,
      )
      await expectTidy(lab())
      expect(await readLabRecord(lab())).toMatchObject({options: {datacenters: 2}})
      expect((await readJournal(lab())).at(-1)).toMatchObject({
        event: 'step-failed',
        message: 'cancelled: cancelled before it was done',
      })
    })

    it('ends it at once upon the second signal, with nothing more to say', async () => {
      const upon = /Issue the certificates/
      const run = await fedctlSignalled(['lab', 'up', '--dir', lab()], upon, ['SIGINT', 'SIGTERM'], folder.path)
      expect(run, run.stderr).toMatchObject({exitCode: 130, isInTime: true})
      expect(run.stderr).not.toContain('error [')
    })

    it('leaves a lab that comes up when the same command is run again, and says where it goes on', async () => {
      const up = await fedctl(['lab', 'up', '--dir', lab()])
      expect(up, up.stderr).toMatchObject({exitCode: 0})
      expect(up.stderr).toContain('and looked at again: Bootstrap the primary')
      expect(up.stderr).toMatch(/^ {2}to come: /m)
      await expectTidy(lab())
    })

    it('ends the wait of verify, too', async () => {
      const {stdout} = await fedctl(['lab', 'status', '--dir', lab(), '--json'])
      const {processes} = JSON.parse(stdout) as {processes: {kind: string; pid: number}[]}
      for (const {kind, pid} of processes) if (kind === 'gateway') process.kill(pid, 'SIGKILL')
      const file = join(lab(), 'federation.yaml')
      const run = await fedctlSignalled(
        ['verify', '--federation', file, '--wait', '5m'],
        /waiting/,
        ['SIGINT'],
        folder.path,
      )
      expect(run, run.stderr).toMatchObject({exitCode: 130, isInTime: true})
      expect(run.stderr).toContain('run the same command again')
    })
  })

  it('ends bootstrap primary, which goes on when it is run again', async () => {
    const consul = (await consulVersion()).replace(/[^\d.].*$/, '')
    const nodes = ['--via', 'wan-gossip', '--server', 'dc1=127.73.1.1']
    await fedctl(['init', '--host', 'local', '--consul', consul, ...nodes, '--federation', 'by-hand/federation.yaml'], {
      cwd: folder.path,
    })
    for (const upon of [/start the server dc1/, /waiting: /]) {
      const run = await fedctlSignalled(['bootstrap', 'primary'], upon, ['SIGINT'], workspace())
      expect(run, run.stderr).toMatchObject({exitCode: 130, isInTime: true})
      await expectTidy(workspace())
    }
    const again = await fedctl(['bootstrap', 'primary'], {cwd: workspace()})
    expect(again, again.stderr).toMatchObject({exitCode: 0})
    expect(again.stderr).toMatch(/^going on: the run of .+ was cancelled$/m)
  })
})
