import {X509Certificate} from 'node:crypto'
import {readFile, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {afterAll, beforeAll, describe, expect, it} from 'vitest'

import type {Report} from '../../src/checks/check.js'
import type {LabStatus} from '../../src/lab/status.js'
import {fedctl, temporaryFolder} from './fedctl.js'

const datacenters = ['dc1', 'dc2'] as const

/** A Consul that does not start the agent whose name is in the file `broken`. */
function consulThatMayFail(folder: string): string {
  return `#!/bin/sh
broken=$(cat '${folder}/broken' 2>/dev/null)
case "$*" in agent*"/\${broken:-none}/"*) echo 'this consul does not start' >&2; exit 1;; esac
exec ${process.env.FEDCTL_CONSUL ?? 'consul'} "$@"
`
}

describe('datacenters that are joined the traditional way', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let directory: string
  const file = () => join(directory, 'federation.yaml')
  const env = () => ({FEDCTL_CONSUL: join(folder.path, 'consul')})
  const status = async () =>
    JSON.parse((await fedctl(['lab', 'status', '--dir', directory, '--json'])).stdout) as LabStatus
  const consul = (datacenter: string, ...args: string[]) =>
    fedctl(['lab', 'exec', '--dir', directory, datacenter, '--', 'consul', ...args])
  const bootstrapSecondary = (...args: string[]) =>
    fedctl(['bootstrap', 'secondary', '--federation', file(), '--dc', 'dc2', ...args], {env: env()})

  /** What somebody would miss, by datacenter. */
  const belongings = async () => {
    const {processes} = await status()
    const lists: Record<string, unknown> = {}
    for (const datacenter of datacenters) {
      const server = processes.find((process) => process.datacenter === datacenter && process.kind === 'server')
      const headers = {'x-consul-token': await readFile(server?.tokenFile ?? '', 'utf8')}
      const get = async (path: string) => (await fetch(`${server?.httpAddress}/v1/${path}`, {headers})).json()
      const names = async (path: string, key: string) =>
        ((await get(path)) as Record<string, string>[]).map((entry) => entry[key]).sort()
      lists[datacenter] = {
        entries: await Promise.all(
          ['proxy-defaults', 'service-defaults', 'service-resolver'].map((kind) => names(`config/${kind}`, 'Name')),
        ),
        keys: await get('kv/lab?keys'),
        policies: await names('acl/policies', 'Name'),
        services: Object.keys((await get('catalog/services')) as object).filter((name) => name !== 'mesh-gateway'),
        tokens: await names('acl/tokens', 'AccessorID'),
      }
    }
    return lists
  }

  beforeAll(async () => {
    folder = await temporaryFolder()
    directory = join(folder.path, 'lab')
    await writeFile(join(folder.path, 'consul'), consulThatMayFail(folder.path), {mode: 0o755})
    const up = await fedctl(['lab', 'up', '--via', 'wan-gossip', '--dir', directory], {env: env()})
    expect(up, up.stderr).toMatchObject({exitCode: 0})
  })

  afterAll(async () => {
    await fedctl(['lab', 'down', '--purge', '--dir', directory])
    await folder.remove()
  })

  it('run servers only, with certificates without node names', async () => {
    const {processes, state} = await status()
    expect(state).toBe('up')
    expect(processes.map(({name}) => name)).toEqual(['dc1-s1', 'dc2-s1'])
    const certificate = new X509Certificate(await readFile(join(directory, 'pki', 'dc2', 'dc2-s1.pem')))
    expect(certificate.subjectAltName).toContain('DNS:server.dc2.consul')
    expect(certificate.subjectAltName).not.toContain('dc2-s1.server')
  })

  it('hold what a datacenter in use holds', async () => {
    const held = {
      entries: [['global'], ['web'], ['web']],
      keys: ['lab/greeting', 'lab/owner'],
      policies: expect.arrayContaining(['lab-web']) as string[],
      services: ['consul', 'web'],
    }
    const {dc1, dc2} = (await belongings()) as Record<string, {tokens: string[]}>
    expect({dc1, dc2}).toMatchObject({dc1: held, dc2: held})
    // One is known in that datacenter alone.
    expect(dc2?.tokens.length).toBe((dc1?.tokens.length ?? 0) + 1)
  })

  it('are not changed over by the runbooks for new datacenters, even where the file was edited', async () => {
    const before = await readFile(file(), 'utf8')
    await writeFile(file(), before.replace('via: wan-gossip', 'via: mesh-gateways'))
    const runs = [await bootstrapSecondary(), await fedctl(['bootstrap', 'primary', '--federation', file()])]
    await writeFile(file(), before)
    for (const {exitCode, stderr} of runs) {
      expect(exitCode).toBe(1)
      expect(stderr).toContain('dc2/dc2-s1 runs with retry_join_wan')
      expect(stderr).toMatch(/→ node \S+ bootstrap secondary --existing --dc dc2 --federation \S+/)
    }
  })

  it('are not moved without a word about what the file says', async () => {
    const {exitCode, stderr} = await bootstrapSecondary('--existing')
    expect(exitCode).toBe(2)
    expect(stderr).toContain('says via: wan-gossip, and nobody can be asked')
    expect(stderr).toContain('--yes')
  })

  it('are not moved while a file beside the configuration still joins over the WAN', async () => {
    const left = join(directory, 'rendered', 'dc2', 'dc2-s1', 'etc', 'consul.d', 'wan.json')
    await writeFile(left, '{"retry_join_wan": ["127.0.0.1"]}')
    const {exitCode, stderr} = await bootstrapSecondary('--existing', '--yes')
    await rm(left)
    expect(exitCode).toBe(1)
    expect(stderr).toContain(`retry_join_wan is left over in ${left}`)
    expect((await status()).processes).toHaveLength(2)
  })

  it('show the whole plan before anything changes', async () => {
    const before = await readFile(file(), 'utf8')
    const {exitCode, stdout} = await bootstrapSecondary('--existing', '--dry-run')
    expect(exitCode).toBe(0)
    const order = [
      'issue the certificate of dc2/dc2-s1 (lacks the name dc2-s1.server.dc2.consul)',
      'have dc1/dc1-s1 load its new certificate',
      'register the gateway dc1/dc1-gw1',
      'register the gateway dc2/dc2-gw1',
      'restart dc1/dc1-s1 with its new configuration',
      'restart dc2/dc2-s1 with its new configuration',
      `set via: mesh-gateways in ${file()}`,
    ].map((text) => stdout.indexOf(text))
    expect(order).not.toContain(-1)
    expect(order).toEqual(order.toSorted((a, b) => a - b))
    expect(await readFile(file(), 'utf8')).toBe(before)
    expect((await status()).processes).toHaveLength(2)
  })

  it('are left connected where a server does not come back, with the command that puts it back', async () => {
    await writeFile(join(folder.path, 'broken'), 'dc2-s1')
    const {exitCode, stderr} = await bootstrapSecondary('--existing', '--yes')
    await rm(join(folder.path, 'broken'))
    expect(exitCode).toBe(4)
    expect(stderr).toContain('this consul does not start')
    const [, restore = ''] = /→ node \S+ (bootstrap restore .*)\n/.exec(stderr) ?? []
    expect(restore).toContain('--node dc2/dc2-s1 --federation ')
    const restored = await fedctl(restore.split(' '))
    expect(restored, restored.stderr).toMatchObject({exitCode: 0})
    const catalog = () => consul('dc2', 'catalog', 'services', '-datacenter', 'dc1')
    await expect.poll(async () => (await catalog()).exitCode, {interval: 500, timeout: 120_000}).toBe(0)
    expect(await readFile(file(), 'utf8')).toContain('via: wan-gossip')
  })

  it('are moved to mesh gateways with all that they hold, and the file says so with its comments', async () => {
    const [before, had] = [await readFile(file(), 'utf8'), await belongings()]
    const {exitCode, stderr, stdout} = await bootstrapSecondary('--existing', '--yes')
    expect(exitCode, stderr).toBe(0)
    for (const way of ['dc1 → dc2', 'dc2 → dc1'])
      expect(stdout).toMatch(new RegExp(`${way}: \\d+ of \\d+ questions lost`))
    expect(await readFile(file(), 'utf8')).toBe(before.replace('via: wan-gossip', 'via: mesh-gateways'))
    expect(await belongings()).toEqual(had)
    const {processes, state} = await status()
    expect({count: processes.length, state}).toEqual({count: 6, state: 'up'})
    const verified = await fedctl(['verify', '--json', '--federation', file(), '--wait', '2m'])
    expect(verified.exitCode, verified.stdout).toBe(0)
    const {checks} = JSON.parse(verified.stdout) as Report
    expect(checks.filter((check) => check.status === 'warn').map(({id}) => id)).toEqual([
      'version.known-bugs',
      'raft.tolerance',
      'gateway.redundant',
    ])
  })

  it('cannot be joined the traditional way any more', async () => {
    const {processes} = await status()
    const there = processes.find(({name}) => name === 'dc1-s1')?.address ?? ''
    const {exitCode, stderr} = await consul('dc2', 'join', '-wan', there)
    expect(exitCode).not.toBe(0)
    expect(stderr).toContain('WAN join is disabled when wan federation via mesh gateways is enabled')
  })

  it('are left alone when they are moved already', async () => {
    const before = (await status()).processes.map(({pid}) => pid)
    const {exitCode, stderr} = await bootstrapSecondary('--existing')
    expect(exitCode, stderr).toBe(0)
    expect((await status()).processes.map(({pid}) => pid)).toEqual(before)
  })
  it('go on answering each other while a third datacenter is added', async () => {
    const before = await readFile(file(), 'utf8')
    const second = before.slice(before.indexOf('  - name: dc2'))
    const third = second.replaceAll('dc2', 'dc3').replaceAll(/(127\.\d+)\.2\./g, '$1.3.')
    await writeFile(file(), `${before}${third}`)
    const running = (await status()).processes.filter(({alive}) => alive)
    const watch = askAll(running.filter(({kind}) => kind === 'server'))
    const added = await fedctl(['bootstrap', 'secondary', '--federation', file(), '--dc', 'dc3'], {env: env()})
    const {asked, lost} = await watch.stop()
    expect(added, added.stderr).toMatchObject({exitCode: 0})
    expect({asked: asked > 20, lost}).toEqual({asked: true, lost: []})
    const {processes, state} = await status()
    expect({count: processes.length, state}).toEqual({count: 9, state: 'up'})
    expect(processes.map(({pid}) => pid)).toEqual(expect.arrayContaining(running.map(({pid}) => pid)))
    const verified = await fedctl(['verify', '--output', 'short', '--federation', file(), '--wait', '2m'])
    expect(verified.exitCode, verified.stdout).toBe(0)
  })
})

interface Asked {
  readonly asked: number
  /** Why each of those was lost that got no answer. */
  readonly lost: readonly string[]
}

/** Asks each server four times a second for the catalogs of the datacenters of the others. */
function askAll(servers: readonly LabStatus['processes'][number][]): {stop(): Promise<Asked>} {
  const lost: string[] = []
  const questions: Promise<void>[] = []
  const ask = async ({httpAddress, name, tokenFile}: LabStatus['processes'][number], datacenter: string) => {
    const headers = {'x-consul-token': await readFile(tokenFile ?? '', 'utf8')}
    const answer = await fetch(`${httpAddress}/v1/catalog/services?dc=${datacenter}`, {headers}).catch(String)
    const text = typeof answer === 'string' ? answer : await answer.text()
    if (!text.startsWith('{"consul":')) lost.push(`${name} → ${datacenter}: ${text}`)
  }
  const timer = setInterval(() => {
    for (const server of servers)
      for (const {datacenter} of servers) if (datacenter !== server.datacenter) questions.push(ask(server, datacenter))
  }, 250)
  return {
    async stop() {
      clearInterval(timer)
      await Promise.all(questions)
      return {asked: questions.length, lost}
    },
  }
}
