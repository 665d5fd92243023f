import {mkdir, readdir, readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import pMap from 'p-map'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'

import {workspacePaths} from '../../src/federation/workspace.js'
import {identityOf} from '../../src/system/process-identity.js'
import {consulVersion, fedctl, temporaryFolder} from './fedctl.js'

/** What every command does in a workspace. One that writes there has to take the lock; one that is new has to be put into one of these lists. */
const writing: Readonly<Record<string, readonly string[]>> = {
  'acl:apply': [],
  'acl:bootstrap': [],
  'bootstrap:primary': [],
  'bootstrap:restore': ['--node', 'dc1-s1'],
  'bootstrap:secondary': [],
  'config:render': [],
  'lab:break': ['gateway-dead', '--dir', '.'],
  'lab:mend': ['--dir', '.'],
  init: ['--consul', '1.8.7', '--via', 'wan-gossip', '--server', 'dc1=127.72.1.1', '--federation', 'other.yaml'],
  'lab:down': ['--dir', '.'],
  'lab:up': ['--dir', '.'],
  'tls:issue': [],
}
const reading = [
  'acl:status',
  'bootstrap:status',
  'gateway:list',
  'gateway:register',
  'gateway:render',
  'gateway:run',
  'lab:exec',
  'lab:stand-in',
  'lab:status',
  'verify',
]
const elsewhere = ['explain', 'gossip:keygen', 'lab:faults', 'schema', 'tls:ca:create', 'tls:cert:create']
const fromOclif = ['autocomplete', 'autocomplete:create', 'autocomplete:script', 'help']

describe('a workspace in which another run works', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  const since = '2026-11-20T08:00:00.000Z'

  const everything = async () => {
    const entries = await readdir(folder.path, {recursive: true, withFileTypes: true})
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
    return Promise.all(files.sort().map(async (path) => `${path}\n${await readFile(path, 'utf8')}`))
  }

  beforeAll(async () => {
    folder = await temporaryFolder()
    const version = (await consulVersion()).replace(/[^\d.].*$/, '')
    const servers = ['--server', 'dc1=127.72.1.1', '--server', 'dc2=127.72.2.1']
    const made = await fedctl(['init', '--host', 'local', '--via', 'wan-gossip', '--consul', version, ...servers], {
      cwd: folder.path,
    })
    expect(made, made.stderr).toMatchObject({exitCode: 0})
    const paths = workspacePaths(folder.path)
    await mkdir(paths.state, {recursive: true})
    const options = {acl: true, datacenters: 2, defaultPolicy: 'deny', isolate: false, servers: 1, via: 'wan-gossip'}
    const record = {block: 7, consul: 'consul', consulVersion: version, createdAt: since, options, schemaVersion: 1}
    await writeFile(join(paths.state, 'lab.json'), JSON.stringify(record))
    const owner = {...(await identityOf(process.pid)), command: 'fedctl lab up', id: 'x', pid: process.pid}
    await writeFile(paths.lock, JSON.stringify({...owner, since, user: 'ana'}))
  })

  afterAll(() => folder.remove())

  it('is a question that every command has an answer to', async () => {
    const manifest = await readFile(new URL('../../oclif.manifest.json', import.meta.url), 'utf8')
    const ours = Object.entries((JSON.parse(manifest) as {commands: Record<string, {pluginName: string}>}).commands)
    const known = new Set([...Object.keys(writing), ...reading, ...elsewhere, ...fromOclif])
    expect(ours.map(([id]) => id).filter((id) => !known.has(id))).toEqual([])
    expect(
      [...Object.keys(writing), ...reading, ...elsewhere].filter((id) => !ours.some(([our]) => our === id)),
    ).toEqual([])
  })

  it('is left alone by every command that would write there, which says who works there and since when', async () => {
    const before = await everything()
    const answers = await pMap(
      Object.entries(writing),
      async ([id, flags]) => {
        const {exitCode, stderr} = await fedctl([...id.split(':'), ...flags], {cwd: folder.path})
        return {exitCode, id, said: stderr.split('\n')[0]}
      },
      {concurrency: 2},
    )
    const said = `error [workspace.locked] \`fedctl lab up\` of ana (pid ${process.pid}) has worked here since ${since}`
    expect(answers).toEqual(Object.keys(writing).map((id) => ({exitCode: 4, id, said})))
    expect(await everything()).toEqual(before)
  })
})
