import {X509Certificate} from 'node:crypto'
import {chmod, copyFile, mkdir, readdir, readFile, stat, symlink, writeFile} from 'node:fs/promises'
import {join, relative} from 'node:path'
import {fileURLToPath} from 'node:url'

import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import {type Ended} from './fedctl.js'
import {makeFolder, mountSmallDisk, type SmallDisk} from './small-disk.js'

const recorded = fileURLToPath(new URL('../golden/verify/recorded/healthy.json', import.meta.url))
const federationYaml = `primary: dc1
host: local
datacenters:
  - name: dc1
    consul: 1.8.7
    servers: [{name: dc1-s1, address: 127.0.0.1}]
    clients: [{name: dc1-c1, address: 127.0.0.2}]
    gateways: [{name: dc1-gw1, agent: dc1-c1}]
  - name: dc2
    consul: 1.8.7
    servers: [{name: dc2-s1, address: 127.0.0.3}]
    clients: [{name: dc2-c1, address: 127.0.0.4}]
    gateways: [{name: dc2-gw1, agent: dc2-c1}]
`
const init = [
  'init',
  '--consul',
  '1.8.7',
  '--server',
  'dc1=127.0.0.1',
  '--gateway',
  'dc1=127.0.0.2',
  '--server',
  'dc2=127.0.0.3',
  '--gateway',
  'dc2=127.0.0.4',
  '--host',
  'local',
]
const save = ['verify', '--snapshot', 'recorded.json', '--save-snapshot', 'saved.json']

let disk: SmallDisk

beforeEach(async () => {
  disk = await mountSmallDisk('900k')
  await makeFolder(disk, 'w')
})

afterEach(() => disk.remove())

const run = (args: readonly string[]) => disk.fedctl(args, {folder: 'w'})
const file = (...path: string[]) => disk.outside('w', ...path)

/** Every file below the workspace with what it holds. */
async function contents(): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(file(), {recursive: true, withFileTypes: true})
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return new Map(
    await Promise.all(files.map(async (path) => [relative(file(), path), await readFile(path, 'latin1')] as const)),
  )
}

/** The one error of a run: its code, the path that it names, and its reason. */
function expectOneError({exitCode, stderr, stdout}: Ended, reason: string): void {
  expect({exitCode, stderr, stdout}).toMatchObject({exitCode: 4})
  expect(stderr.match(/error \[/g), stderr).toHaveLength(1)
  expect(stderr).toMatch(/error \[file\.(unwritable|unreadable)\] cannot (write|read) \S+: /)
  expect(stderr).toContain(`: ${reason}\n  → `)
  expect(stderr).not.toMatch(/^\s+at /m)
}

/** Whether a file is what a run writes under that name, from its first byte to its last. */
function expectWhole(path: string, content: string): void {
  expect(path).not.toMatch(/\.tmp$/)
  if (path.endsWith('.pem'))
    expect(content, path).toMatch(/^-----BEGIN [A-Z ]+-----\n[\s\S]+\n-----END [A-Z ]+-----\n$/)
  else if (path.endsWith('.json')) expect(() => JSON.parse(content) as unknown, path).not.toThrow()
  else expect(content.endsWith('\n'), path).toBe(true)
}

/** What was there is there as it was: only secrets are added to, keys without a certificate are made anew, and what was pending goes. */
function expectKept(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): void {
  for (const [path, content] of before) {
    const now = after.get(path)
    if (path === '.fedctl/journal.jsonl') expect(now?.startsWith(content), path).toBe(true)
    else if (path === '.fedctl/secrets.json') expect(JSON.parse(now ?? '')).toMatchObject(JSON.parse(content) as object)
    else if (path !== 'pki/ca-pending-key.pem' && before.has(path.replace('-key.pem', '.pem')))
      expect(now, path).toBe(content)
  }
}

async function aWorkspace(): Promise<void> {
  await writeFile(file('federation.yaml'), federationYaml)
  await copyFile(recorded, file('recorded.json'))
}

describe('a disk that is full', () => {
  it.each([
    {args: init, free: [0, 4]},
    {args: ['tls', 'ca', 'create'], free: [0, 4]},
    {args: ['tls', 'issue'], free: [4, 12, 20]},
    {args: ['config', 'render'], free: [8, 16, 40], first: ['tls', 'issue']},
    {args: save, free: [0, 16]},
  ])('stops $args.0 $args.1 with one error, half of nothing, and all goes well once there is room', async (row) => {
    if (row.args !== init) await aWorkspace()
    if (row.first) expect(await run(row.first)).toMatchObject({exitCode: 0})
    for (const free of row.free) {
      const before = await contents()
      await disk.leave(free)
      expectOneError(await run(row.args), 'the disk is full')
      const after = await contents()
      for (const [path, content] of after) expectWhole(path, content)
      expectKept(before, after)
    }
    const left = await contents()
    await disk.room()
    const ended = await run(row.args)
    expect(ended, ended.stderr).toMatchObject({exitCode: row.args === save ? 1 : 0})
    const whole = await contents()
    expectKept(left, whole)
    for (const [path, content] of whole) expectWhole(path, content)
    for (const [path, pem] of whole) {
      if (/-key\.pem$|^rendered/.test(path) || !path.endsWith('.pem')) continue
      expect(() => new X509Certificate(pem), path).not.toThrow()
    }
  })
})

describe('a disk that fills while agents run on it', () => {
  it('is what lab up names, and the lab comes up once there is room', async () => {
    await disk.set('size=160k')
    const stopped = await disk.fedctl(['lab', 'up', '--dir', 'lab'])
    expectOneError(stopped, 'the disk is full')
    expect(stopped.stderr).toContain('start the server dc1/dc1-s1')
    const journal = await readFile(disk.outside('lab', '.fedctl', 'journal.jsonl'), 'utf8')
    const secrets = await readFile(disk.outside('lab', '.fedctl', 'secrets.json'), 'utf8')
    const authority = await readFile(disk.outside('lab', 'pki', 'ca.pem'), 'utf8')
    await disk.set('size=20m')
    const up = await disk.fedctl(['lab', 'up', '--dir', 'lab'])
    const down = await disk.fedctl(['lab', 'down', '--dir', 'lab'])
    expect(up, up.stderr).toMatchObject({exitCode: 0})
    expect(down.stdout).toContain('stopped 6 processes')
    expect(await readFile(disk.outside('lab', '.fedctl', 'journal.jsonl'), 'utf8')).toContain(journal.trimEnd())
    expect(await readFile(disk.outside('lab', 'pki', 'ca.pem'), 'utf8')).toBe(authority)
    const kept = await readFile(disk.outside('lab', '.fedctl', 'secrets.json'), 'utf8')
    for (const [secret] of secrets.matchAll(/(?<="(?:secretId|gossipKey)": ")[^"]+/g)) expect(kept).toContain(secret)
  })
})

describe('a file system that is read-only', () => {
  it('stops what writes with one error, and nothing else', async () => {
    expectOneError(await readOnly(init), 'the file system is read-only')
    await aWorkspace()
    expectOneError(await readOnly(['tls', 'ca', 'create']), 'the file system is read-only')
    expectOneError(await readOnly(['tls', 'issue']), 'the file system is read-only')
    expect(await run(['tls', 'issue'])).toMatchObject({exitCode: 0})
    const before = await contents()
    for (const args of [['config', 'render'], ['lab', 'up', '--dir', 'lab'], ['bootstrap', 'primary'], save]) {
      expectOneError(await readOnly(args), 'the file system is read-only')
    }
    for (const args of [
      ['tls', 'issue', '--dry-run'],
      ['gateway', 'render'],
      ['config', 'render', '--dry-run'],
    ]) {
      const {exitCode, stderr} = await readOnly(args)
      expect({args, exitCode, stderr}).toMatchObject({exitCode: 0})
    }
    expect(await contents()).toEqual(before)
  })

  async function readOnly(args: readonly string[]): Promise<Ended> {
    await disk.set('ro')
    try {
      return await run(args)
    } finally {
      await disk.set('rw')
    }
  }
})

describe('what is in the way', () => {
  beforeEach(aWorkspace)

  it.each([
    ['a folder that may not be written', 'permission denied', () => chmod(file(), 0o500), ['tls', 'issue']],
    [
      'a folder of keys that may not be written',
      'permission denied',
      () => mkdir(file('pki'), {mode: 0o500}),
      ['tls', 'issue'],
    ],
    [
      'a federation file that may not be read',
      'permission denied',
      () => chmod(file('federation.yaml'), 0),
      ['tls', 'issue'],
    ],
    ['secrets that may not be read', 'permission denied', () => unreadableSecrets(), ['config', 'render']],
    [
      'a folder in the place of the secrets',
      'it is a folder',
      () => mkdir(file('.fedctl', 'secrets.json'), {recursive: true}),
      ['config', 'render'],
    ],
    [
      'a folder in the place of a certificate',
      'it is a folder',
      () => mkdir(file('pki', 'dc1', 'dc1-s1.pem'), {recursive: true}),
      ['tls', 'issue'],
    ],
    ['a folder in the place of a snapshot', 'it is a folder', () => mkdir(file('saved.json')), save],
    [
      'a file in the place of .fedctl',
      'a part of the path is not a folder',
      () => writeFile(file('.fedctl'), ''),
      ['tls', 'issue'],
    ],
    [
      'a file in the place of pki/',
      'a part of the path is not a folder',
      () => writeFile(file('pki'), ''),
      ['tls', 'issue'],
    ],
    [
      'a link to nowhere in the place of .fedctl',
      'a part of the path is not a folder',
      () => symlink('nowhere', file('.fedctl')),
      ['tls', 'issue'],
    ],
    [
      'links in a circle',
      'its symbolic links lead in a circle',
      () => symlink('.fedctl', file('.fedctl')),
      ['tls', 'issue'],
    ],
    [
      'a name that is too long',
      'the name is too long',
      () => Promise.resolve(),
      ['verify', '--snapshot', 'recorded.json', '--save-snapshot', 'x'.repeat(300)],
    ],
  ] as const)('is named: %s', async (_, reason, obstruct, args) => {
    await obstruct()
    expectOneError(await run(args), reason)
  })

  it('is passed by where a link leads to the file or folder', async () => {
    await mkdir(file('elsewhere'))
    await symlink('elsewhere', file('pki'))
    await writeFile(file('elsewhere.json'), 'old')
    await symlink('elsewhere.json', file('saved.json'))
    expect(await run(['tls', 'issue'])).toMatchObject({exitCode: 0})
    expect(await readdir(file('elsewhere'))).toContain('ca.pem')
    await run(save)
    expect(JSON.parse(await readFile(file('elsewhere.json'), 'utf8'))).toMatchObject({schemaVersion: 1})
    expect((await stat(file('saved.json'))).mode & 0o777).toBe(0o600)
  })

  async function unreadableSecrets(): Promise<void> {
    expect(await run(['tls', 'issue'])).toMatchObject({exitCode: 0})
    await writeFile(file('.fedctl', 'secrets.json'), '{}', {mode: 0})
  }
})
