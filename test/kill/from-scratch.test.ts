import {mkdir, readdir, readFile, rm} from 'node:fs/promises'
import {join} from 'node:path'

import {afterAll, afterEach, beforeAll, describe, expect, it} from 'vitest'

import type {AclPolicy, AclToken} from '../../src/consul/types.js'
import type {LabStatus} from '../../src/lab/status.js'
import {consulVersion, fedctl, temporaryFolder} from '../integration/fedctl.js'
import {fedctlKilled, filesBelow, secretsOf} from '../integration/kill/killing.js'

/** A day; each moment takes half a minute. */
const withinMs = 86_400_000
/** `KILL_STEP=20` tries every twentieth moment, `KILL_FROM=7` begins with the seventh. */
const step = Number(process.env.KILL_STEP ?? 1)
const from = Number(process.env.KILL_FROM ?? 1)

let folder: Awaited<ReturnType<typeof temporaryFolder>>
const workspace = () => join(folder.path, 'workspace')

beforeAll(async () => {
  folder = await temporaryFolder()
})

afterEach(async () => {
  await fedctl(['lab', 'down', '--dir', workspace()])
  await rm(workspace(), {force: true, recursive: true})
})

afterAll(() => folder.remove())

/** Everything that has to be the same after a run that was killed and one that was not. */
async function outcome() {
  const {processes, state} = JSON.parse(
    (await fedctl(['lab', 'status', '--dir', workspace(), '--json'])).stdout,
  ) as LabStatus
  const server = processes.find(({kind}) => kind === 'server')
  const token = await readFile(join(workspace(), '.fedctl/tokens/management'), 'utf8')
  const ask = async <T>(path: string) =>
    (await (await fetch(`${server?.httpAddress}${path}`, {headers: {'x-consul-token': token}})).json()) as T
  const started = processes.filter(({pid}) => pid > 0)
  const running = (await processesOf(workspace())).length
  return {
    files: await filesBelow(workspace()),
    policies: (await ask<AclPolicy[]>('/v1/acl/policies')).map(({Name}) => Name).sort(),
    processes: {running, started: started.map(({alive, name}) => ({alive, name})), state},
    secrets: Object.keys(await secretsOf(workspace())).sort(),
    tokens: (await ask<AclToken[]>('/v1/acl/tokens')).map(({Description}) => Description).sort(),
  }
}

async function processesOf(path: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => Number(name) > 0 && Number(name) !== process.pid)
  const lines = pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''))
  return (await Promise.all(lines)).filter((line) => line.includes(`${path}/`))
}

/** Kills a command at each of its moments, each time from the beginning, and runs it again. */
async function killEverywhere(args: readonly string[], prepare: () => Promise<void>): Promise<void> {
  const list = join(folder.path, 'moments')
  const options = {cwd: folder.path, root: workspace()}
  await rm(list, {force: true})
  await prepare()
  const calm = await fedctlKilled(args, {...options, list})
  expect(calm, calm.stderr).toMatchObject({exitCode: 0})
  const expected = await outcome()
  const count = (await readFile(list, 'utf8')).trim().split('\n').length
  for (let at = from; at <= count; at += step) {
    await fedctl(['lab', 'down', '--dir', workspace()])
    await rm(workspace(), {recursive: true})
    await prepare()
    await fedctlKilled(args, {...options, at})
    const before = await secretsOf(workspace())
    const again = await fedctl(args, {cwd: folder.path})
    expect(again, `${at} of ${count}: ${again.stderr}`).toMatchObject({exitCode: 0})
    expect(await outcome(), `${at} of ${count}`).toEqual(expected)
    expect(await secretsOf(workspace()), `${at} of ${count}`).toMatchObject(before)
    process.stderr.write(`${args.slice(0, 2).join(' ')}: ${at} of ${count}\n`)
  }
}

describe('a command that was killed once, at any moment, ends as if nothing had happened when it is run again:', () => {
  const file = () => join(workspace(), 'federation.yaml')

  const init = async () => {
    await mkdir(workspace())
    const consul = (await consulVersion()).replace(/[^\d.].*$/, '')
    const nodes = [1, 2].flatMap((dc) => ['--server', `dc${dc}=127.74.${dc}.1`, '--gateway', `dc${dc}=127.74.${dc}.11`])
    const made = await fedctl(['init', '--host', 'local', '--consul', consul, ...nodes, '--federation', file()])
    expect(made, made.stderr).toMatchObject({exitCode: 0})
  }

  it('lab up', () => killEverywhere(['lab', 'up', '--dir', workspace()], () => Promise.resolve()), withinMs)

  it('bootstrap primary', () => killEverywhere(['bootstrap', 'primary', '--federation', file()], init), withinMs)

  it(
    'bootstrap secondary',
    () =>
      killEverywhere(['bootstrap', 'secondary', '--federation', file()], async () => {
        await init()
        const primary = await fedctl(['bootstrap', 'primary', '--federation', file()])
        expect(primary, primary.stderr).toMatchObject({exitCode: 0})
      }),
    withinMs,
  )
})
