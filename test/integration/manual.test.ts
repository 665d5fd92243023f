import {readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import type {Report} from '../../src/checks/check.js'
import {stopProcess} from '../../src/system/background-process.js'
import {systemClock} from '../../src/system/clock.js'
import {attend, obey, patient} from './attendance.js'
import {consulVersion, fedctl, fedctlScript, temporaryFolder} from './fedctl.js'
import {type Machines, startMachines} from './machines.js'
import {commandLine, onTerminal} from './terminal.js'

const agents = ['dc1-s1', 'dc1-c1', 'dc2-s1', 'dc2-c1']

describe('servers that only a person may touch', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let machines: Machines

  const run = (...args: string[]) => fedctl(args, {cwd: folder.path})
  const terminal = (...args: string[]) =>
    onTerminal(`${commandLine([process.execPath, fedctlScript, ...args])}; status=$?; stty -a; exit $status`, {
      cwd: folder.path,
      env: {...machines.env, CONSUL_HTTP_TOKEN: undefined, FEDCTL_FEDERATION: undefined},
    })

  beforeEach(async () => {
    folder = await temporaryFolder()
    machines = await startMachines(join(folder.path, 'machines'), folder.path, agents)
    const nodes = [1, 2].flatMap((n) => ['--server', `dc${n}=127.149.${n}.1`, '--gateway', `dc${n}=127.149.${n}.11`])
    const made = await run('init', '--consul', await consulVersion(), ...nodes)
    expect(made, made.stderr).toMatchObject({exitCode: 0})
    const file = join(folder.path, 'federation.yaml')
    const quick = '  raft_multiplier: 1\n  retry_interval: 1s\n  retry_interval_wan: 1s\n'
    const text = (await readFile(file, 'utf8'))
      .replaceAll(/^ {2}# (raft_multiplier|retry_interval.*): .*\n/gm, '')
      .replace('  log_level: info\n', `  log_level: info\n${quick}`)
      .replaceAll(/\{ name: (dc\d-[sc]1), (.*) \}/g, (_, name: string, rest: string) => {
        return `{ name: ${name}, ${rest}, install: ${machines.install(name)} }`
      })
      // A gateway that fedctl runs beside an agent that somebody else starts.
      .replace('{ name: dc2-gw1, agent: dc2-c1 }', '{ name: dc2-gw1, agent: dc2-c1, host: local }')
    await writeFile(file, text)
  })

  afterEach(async () => {
    await machines.stop()
    const pidFile = join(folder.path, '.fedctl/run/dc2/dc2-gw1/pid')
    await stopProcess(pidFile, {clock: systemClock, graceMs: 5000, name: 'dc2-gw1'})
    await folder.remove()
  })

  it('are federated by somebody who does what the screen says, and nothing else', async () => {
    const primary = terminal('bootstrap', 'primary')
    const first = await attend(primary, machines, async () => {
      await expect.poll(primary.text, patient).toContain('waiting for: access.api dc1/dc1-s1')
      primary.press('s')
      await expect
        .poll(primary.text, patient)
        .toMatch(/still missing:\n {2}access\.api dc1\/dc1-s1\n {4}found +connect/)
      primary.press('?')
      await expect.poll(primary.text, patient).toContain('the primary owns ACLs, the Connect root and config entries')
    })
    expect(first, primary.text()).toBe(0)
    const secondary = terminal('bootstrap', 'secondary')
    expect(await attend(secondary, machines), secondary.text()).toBe(0)
    const {exitCode, stdout} = await run('verify', '--wait', '1m', '--json')
    expect(exitCode, stdout).toBe(0)
    expect((JSON.parse(stdout) as Report).summary.fail).toBe(0)
    for (const screen of [primary, secondary]) expect(screen.text()).toMatch(/[^-]icanon/)
  })

  it('come one step further with each run without a terminal', async () => {
    const before = await run('bootstrap', 'primary')
    expect(before).toMatchObject({exitCode: 1})
    expect(before.stderr).toContain('do what is printed above, then run the same command again')
    const again = await run('bootstrap', 'primary', '--quiet')
    expect(again).toMatchObject({exitCode: 1, stdout: before.stdout})
    await obey(machines, again.stdout)
    const forget = await run('bootstrap', 'primary')
    expect(forget.exitCode).toBe(1)
    expect(forget.stderr).toContain('it takes it for done')
    expect(forget.stdout).toContain('again, without the management token; it needs no restart')
    await obey(machines, forget.stdout)
    const gateways = await run('bootstrap', 'primary')
    expect(gateways.exitCode).toBe(1)
    expect(gateways.stdout).toContain('start the client dc1/dc1-c1')
    expect(gateways.stdout).not.toContain('dc1-s1')
  })

  it('leave the terminal as it was when somebody stops waiting', async () => {
    const screen = terminal('bootstrap', 'primary')
    await expect.poll(screen.text, patient).toContain('waiting for:')
    screen.press('\u0003')
    expect(await screen.ended).toBe(130)
    expect(screen.text()).toContain('run the same command again to go on')
    for (const setting of ['icanon', 'isig', 'echo']) expect(screen.text()).toMatch(new RegExp(`[^-]\\b${setting}\\b`))
  })
})
