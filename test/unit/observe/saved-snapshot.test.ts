import {readFile, stat, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {afterEach, beforeEach, expect, test} from 'vitest'

import {observations} from '../../../src/observe/observation.js'
import {loadSnapshot, requirePlaceFor, saveSnapshot} from '../../../src/observe/saved-snapshot.js'
import type {Snapshot} from '../../../src/observe/snapshot.js'
import {look, serversBehind, type TestWorkspace, testWorkspace} from './looking.js'
import {recordedConsul} from './recorded-consul.js'

let workspace: TestWorkspace
let path: string

beforeEach(async () => {
  workspace = await testWorkspace()
  path = join(workspace.folder, 'snapshot.json')
})

afterEach(() => workspace.remove())

const empty: Snapshot = {
  durationMs: 3,
  envoys: {},
  fedctlVersion: '0.1.0',
  observed: ['agent', 'leader'],
  paths: [],
  schemaVersion: 1,
  servers: {},
  startedAt: '2026-11-20T10:00:00.000Z',
}

test('reads back what it saved, everything that a server can be asked included', async () => {
  const server = await recordedConsul({'GET /v1/agent/members': {status: 403, text: 'Permission denied'}})
  const snapshot = await look(serversBehind(workspace.folder, [server.url]), workspace, {observations})
  await server.close()
  await saveSnapshot(snapshot, path)
  expect(await loadSnapshot(path)).toEqual(snapshot)
  expect((await stat(path)).mode & 0o777).toBe(0o600)
})

test('asks for the folder of a snapshot, and does not make it', async () => {
  await expect(requirePlaceFor(join(workspace.folder, 'nowhere', 'x.json'))).rejects.toMatchObject({
    code: 'file.unwritable',
    message: expect.stringContaining(`there is no folder ${join(workspace.folder, 'nowhere')}`) as unknown,
  })
  await expect(stat(join(workspace.folder, 'nowhere'))).rejects.toThrow('ENOENT')
  await expect(requirePlaceFor(path)).resolves.toBeUndefined()
})

test('does not take the place of a folder or a device, and reads neither a folder', async () => {
  for (const [place, what] of [
    [workspace.folder, 'a folder'],
    ['/dev/null', 'a device or a pipe'],
  ] as const) {
    await expect(requirePlaceFor(place)).rejects.toMatchObject({
      code: 'file.unwritable',
      message: `cannot write ${place}: it is ${what}`,
    })
  }
  await expect(loadSnapshot(workspace.folder)).rejects.toMatchObject({
    code: 'snapshot.invalid',
    message: expect.stringContaining('it is a folder; name the file in it') as unknown,
  })
})

test('reads a snapshot with fields that it does not know', async () => {
  await writeFile(path, JSON.stringify({...empty, later: true, observed: ['agent', 'later', 'leader']}))
  expect(await loadSnapshot(path)).toEqual(empty)
})

test('refuses a snapshot of a newer fedctl, and names the one that can judge it', async () => {
  await writeFile(path, JSON.stringify({...empty, fedctlVersion: '7.1.0', schemaVersion: 2}))
  await expect(loadSnapshot(path)).rejects.toMatchObject({
    code: 'snapshot.invalid',
    message: `${path} is a snapshot of a newer fedctl: its schemaVersion is 2, and this fedctl reads 1`,
    suggestions: [
      'judge it with fedctl 7.1.0 or a newer one',
      'make a new one with fedctl verify --save-snapshot FILE',
    ],
  })
})

test('says what could be asked when a snapshot was taken that does not say so itself', async () => {
  const {observed: _none, ...older} = empty
  await writeFile(path, JSON.stringify(older))
  const later = new Set(['anonymous-rights', 'config-entries', 'gateway-token', 'gossip-keys', 'replication-token'])
  expect((await loadSnapshot(path)).observed).toEqual(observations.filter((name) => !later.has(name)))
  const servers = {'dc1/dc1-s1': {anonymousRights: {ok: true, value: []}}}
  await writeFile(path, JSON.stringify({...older, servers}))
  expect((await loadSnapshot(path)).observed).toEqual(expect.arrayContaining(['anonymous-rights', 'gateway-token']))
})

test.each<[string, unknown, RegExp]>([
  ['of a version that there is not', {...empty, schemaVersion: 0}, /its schemaVersion is 0, and this fedctl reads 1$/],
  ['with a version that is no number', {...empty, schemaVersion: '1'}, /its schemaVersion is "1", and this/],
  ['that is something else', {name: 'x'}, /it names no schemaVersion/],
  ['that is a list', [], /it names no schemaVersion/],
  ['that is null', null, /it names no schemaVersion/],
  ['that lacks a part', {...empty, servers: undefined}, /: servers: .*\(written by fedctl 0\.1\.0\)$/],
  ['with a damaged part', {...empty, servers: {'dc1/a': {agent: {ok: true, value: 1}}}}, /: servers\.dc1\/a\.agent/],
  ['with a time that is none', {...empty, startedAt: 'yesterday'}, /: startedAt: /],
])('refuses a snapshot %s', async (_title, content, message) => {
  await writeFile(path, JSON.stringify(content))
  await expect(loadSnapshot(path)).rejects.toMatchObject({
    code: 'snapshot.invalid',
    message: expect.stringMatching(message) as unknown,
  })
})

test('refuses half a snapshot without quoting it', async () => {
  await saveSnapshot(empty, path)
  const text = await readFile(path, 'utf8')
  await writeFile(path, text.slice(0, text.length / 2))
  await expect(loadSnapshot(path)).rejects.toMatchObject({
    code: 'snapshot.invalid',
    message: `${path} is not a snapshot that can be read: it is not valid JSON, and may not be whole`,
  })
})

test('says that there is no such file', async () => {
  await expect(loadSnapshot(path)).rejects.toMatchObject({code: 'file.unreadable'})
})

test('says of a report of verify that it is one, and what to give instead', async () => {
  await writeFile(path, JSON.stringify({checks: [], diagnosis: [], schemaVersion: 1, status: 'pass', summary: {}}))
  await expect(loadSnapshot(path)).rejects.toMatchObject({
    code: 'snapshot.invalid',
    message: expect.stringContaining('is a report of fedctl verify, and not a snapshot') as unknown,
    suggestions: [
      'give the file that --save-snapshot wrote in that run',
      expect.stringContaining('--save-snapshot FILE'),
    ],
  })
})
