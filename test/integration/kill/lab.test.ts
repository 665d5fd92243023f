import {readdir, readFile} from 'node:fs/promises'
import {join} from 'node:path'

import {afterAll, beforeAll, describe, expect, it} from 'vitest'

import type {AclPolicy, AclToken} from '../../../src/consul/types.js'
import {readJournal} from '../../../src/federation/journal.js'
import type {LabStatus} from '../../../src/lab/status.js'
import {fedctl, temporaryFolder} from '../fedctl.js'
import {fedctlKilled, filesBelow, isExhaustive, secretsOf} from './killing.js'

const withinMs = 3_600_000
/** A run that is not killed any more has to come; each one that is killed gets further. */
const mostRuns = 600

/** Where not every moment is tried: what changes the world, and the journal's word before it. */
const kinds = ['journal-half', 'change-announced', 'request', 'spawn']

describe('a lab that was killed again and again while it came up', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let runs = 0
  const lab = (name: string) => join(folder.path, name)
  const secretsSeen: Record<string, string>[] = []

  beforeAll(async () => {
    folder = await temporaryFolder()
    const calm = await fedctl(['lab', 'up', '--dir', lab('calm')])
    expect(calm, calm.stderr).toMatchObject({exitCode: 0})
    for (; runs < mostRuns; runs += 1) {
      const run = await fedctlKilled(['lab', 'up', '--dir', lab('killed')], {
        cwd: folder.path,
        kinds: isExhaustive ? undefined : kinds,
        root: lab('killed'),
        seen: join(folder.path, 'seen'),
      })
      secretsSeen.push(await secretsOf(lab('killed')))
      if (run.killed) continue
      expect(run, run.stderr).toMatchObject({exitCode: 0})
      return
    }
  }, withinMs)

  afterAll(async () => {
    for (const name of ['calm', 'killed']) await fedctl(['lab', 'down', '--purge', '--dir', lab(name)])
    await folder.remove()
  })

  const statuses = new Map<string, LabStatus>()
  const status = async (name: string): Promise<LabStatus> => {
    const known = statuses.get(name)
    if (known) return known
    const {stdout} = await fedctl(['lab', 'status', '--dir', lab(name), '--json'])
    const read = JSON.parse(stdout) as LabStatus
    statuses.set(name, read)
    return read
  }

  const ask = async <T>(name: string, node: string, path: string): Promise<T> => {
    const {processes} = await status(name)
    const url = processes.find((process) => process.name === node)?.httpAddress
    const token = await readFile(join(lab(name), '.fedctl/tokens/management'), 'utf8')
    const response = await fetch(`${url}${path}`, {headers: {'x-consul-token': token}})
    return (await response.json()) as T
  }

  it('was killed at every sort of change, and came up in the end', () => {
    expect(runs).toBeGreaterThan(25)
    expect(runs).toBeLessThan(mostRuns)
  })

  it('is verified', async () => {
    const {exitCode, stdout} = await fedctl([
      'verify',
      '--federation',
      join(lab('killed'), 'federation.yaml'),
      '--output',
      'short',
      '--wait',
      '1m',
    ])
    expect(exitCode, stdout).toBe(0)
  })

  it.each(['dc1-s1', 'dc2-s1'])(
    'has at %s the policies and tokens of an undisturbed lab, each once',
    async (server) => {
      const acl = async (name: string) => {
        const policies = await ask<AclPolicy[]>(name, server, '/v1/acl/policies')
        const tokens = await ask<AclToken[]>(name, server, '/v1/acl/tokens')
        return {
          policies: policies.map(({Name}) => Name).sort(),
          tokens: tokens
            .map(({Description, Policies}) => `${Description}: ${Policies?.map(({Name}) => Name).join(' ')}`)
            .sort(),
        }
      }
      expect(await acl('killed')).toEqual(await acl('calm'))
    },
  )

  it.each(['dc1-c1', 'dc2-c1'])('has at %s the services of an undisturbed lab', async (client) => {
    const services = async (name: string) =>
      Object.values(await ask<Record<string, {Kind: string; Service: string}>>(name, client, '/v1/agent/services')).map(
        ({Kind, Service}) => `${Kind} ${Service}`,
      )
    expect(await services('killed')).toEqual(await services('calm'))
  })

  it('has the files of an undisturbed lab and none that is half-written', async () => {
    expect(await filesBelow(lab('killed'))).toEqual(await filesBelow(lab('calm')))
  })

  it('has one process for each node, each with its pid file, and no other', async () => {
    const {processes, state} = await status('killed')
    expect(state).toBe('up')
    expect(await processesIn(lab('killed'))).toEqual(processes.map(({pid}) => pid).sort((one, other) => one - other))
  })

  it('has kept every secret that it had once written', async () => {
    const now = await secretsOf(lab('killed'))
    expect(Object.keys(now).sort()).toEqual(Object.keys(await secretsOf(lab('calm'))).sort())
    for (const seen of secretsSeen) expect(now).toMatchObject(seen)
  })

  it('has a journal in which each run goes on, each change is announced before it is done, and no secret stands', async () => {
    const journal = await readJournal(lab('killed'))
    const open = new Set<string>()
    for (const {change = '', event, step = ''} of journal) {
      if (event === 'change-announced') open.add(`${step} ${change}`)
      if (event === 'change-done') expect(open.delete(`${step} ${change}`), change).toBe(true)
    }
    expect(journal.at(-1)).toMatchObject({event: 'run-done', runbook: 'bootstrap secondary dc2'})
    const text = JSON.stringify(journal)
    for (const secret of Object.values(await secretsOf(lab('killed')))) expect(text.includes(secret)).toBe(false)
  })
})

/** Pids of all processes whose arguments name a folder, in order. */
async function processesIn(path: string): Promise<number[]> {
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0 && pid !== process.pid)
  const named = await Promise.all(
    pids.map(async (pid) =>
      (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).includes(`${path}/`) ? [pid] : [],
    ),
  )
  return named.flat().sort((one, other) => one - other)
}
