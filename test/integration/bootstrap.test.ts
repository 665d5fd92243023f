import {readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import type {Report} from '../../src/checks/check.js'
import {parseVersion} from '../../src/versions/version.js'
import {consulVersion, fedctl, temporaryFolder} from './fedctl.js'

describe('the runbooks, from fedctl init on', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  const run = (...args: string[]) => fedctl(args, {cwd: folder.path})
  const file = () => join(folder.path, 'federation.yaml')

  /** A federation file for this machine, with timings for a test. */
  const init = async (...args: string[]) => {
    const {major, minor, patch} = parseVersion(await consulVersion()) ?? {}
    const made = await run('init', '--host', 'local', '--consul', `${major}.${minor}.${patch}`, ...args)
    expect(made, made.stderr).toMatchObject({exitCode: 0})
    const quick = '  raft_multiplier: 1\n  retry_interval: 1s\n  retry_interval_wan: 1s\n'
    const text = (await readFile(file(), 'utf8')).replaceAll(/^ {2}# (raft_multiplier|retry_interval.*): .*\n/gm, '')
    await writeFile(file(), text.replace('  log_level: info\n', `  log_level: info\n${quick}`))
  }

  const bootstrap = async () => {
    for (const role of ['primary', 'secondary']) {
      const done = await run('bootstrap', role)
      expect(done, done.stderr).toMatchObject({exitCode: 0})
    }
  }

  beforeEach(async () => {
    folder = await temporaryFolder()
  })

  afterEach(async () => {
    await run('lab', 'down', '--dir', '.')
    await folder.remove()
  })

  it('bring up datacenters with two gateways each, and prove every way through them', async () => {
    await init(
      '--server',
      'dc1=127.145.1.1',
      '--gateway',
      'dc1=127.145.1.11',
      '--gateway',
      'dc1=127.145.1.12',
      '--server',
      'dc2=127.145.2.1',
      '--gateway',
      'dc2=127.145.2.11',
      '--gateway',
      'dc2=127.145.2.12',
    )
    const plan = await run('bootstrap', 'primary', '--dry-run')
    expect(plan.exitCode).toBe(0)
    expect(plan.stdout).toContain('start the gateway dc1/dc1-gw2 at 127.145.1.12:8443')
    await bootstrap()
    const warnings = async () => {
      const {exitCode, stdout} = await run('verify', '--full', '--json')
      expect(exitCode, stdout).toBe(0)
      return (JSON.parse(stdout) as Report).checks.filter(({status}) => status === 'warn').map(({id}) => id)
    }
    await expect.poll(warnings, {interval: 500, timeout: 60_000}).toEqual(['version.known-bugs', 'raft.tolerance'])
    const status = await run('bootstrap', 'status', '--json')
    const {runbooks} = JSON.parse(status.stdout) as {runbooks: {steps: {state: string}[]}[]}
    expect(runbooks.map(({steps}) => steps.length)).toEqual([7, 8])
    expect(runbooks.flatMap(({steps}) => steps).filter(({state}) => state !== 'done')).toEqual([])
  })

  it('join datacenters the traditional way where the file says so', async () => {
    await init('--via', 'wan-gossip', '--server', 'dc1=127.146.1.1', '--server', 'dc2=127.146.2.1')
    await bootstrap()
    const {exitCode, stdout} = await run('verify', '--json')
    expect(exitCode, stdout).toBe(0)
    const {checks} = JSON.parse(stdout) as Report
    expect(checks.filter(({status}) => status === 'warn').map(({id}) => id)).toEqual([
      'version.known-bugs',
      'raft.tolerance',
    ])
    expect(checks.find(({id}) => id === 'wan.rpc')?.status).toBe('pass')
  })
})
