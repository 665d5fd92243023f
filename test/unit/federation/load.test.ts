import {mkdir, mkdtemp, realpath, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import {findFederationFile, loadFederation} from '../../../src/federation/load.js'
import {smallFederation} from './small-federation.js'

let folder = ''

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'fedctl-load-')))
})

afterEach(async () => {
  await rm(folder, {force: true, recursive: true})
})

async function put(name: string, content: string | Uint8Array = smallFederation): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, content)
  return path
}

describe('findFederationFile', () => {
  it('finds the file in the current folder, and otherwise in the nearest folder above it', async () => {
    const outer = await put('federation.yaml')
    const deep = join(folder, 'dc1', 'rendered')
    await mkdir(deep, {recursive: true})
    expect(await findFederationFile({cwd: deep, env: {}})).toBe(outer)
    const inner = await put(join('dc1', 'federation.yaml'))
    expect(await findFederationFile({cwd: deep, env: {}})).toBe(inner)
    expect(await findFederationFile({cwd: folder, env: {}})).toBe(outer)
  })

  it('takes no folder of that name for the file', async () => {
    const outer = await put('federation.yaml')
    const inner = join(folder, 'dc1')
    await mkdir(join(inner, 'federation.yaml'), {recursive: true})
    expect(await findFederationFile({cwd: inner, env: {}})).toBe(outer)
  })

  it('takes the file that the flag names, then the one that FEDCTL_FEDERATION names, both relative to the current folder', async () => {
    await put('federation.yaml')
    const other = await put('other.yaml')
    const third = await put('third.yaml')
    const env = {FEDCTL_FEDERATION: 'other.yaml'}
    expect(await findFederationFile({cwd: folder, env})).toBe(other)
    expect(await findFederationFile({cwd: folder, env, flag: 'third.yaml'})).toBe(third)
    expect(await findFederationFile({cwd: '/', env, flag: third})).toBe(third)
  })

  it('takes an empty FEDCTL_FEDERATION for none', async () => {
    const usual = await put('federation.yaml')
    expect(await findFederationFile({cwd: folder, env: {FEDCTL_FEDERATION: ''}})).toBe(usual)
  })

  it('says where one is that may be meant: in a folder below, or with a name that is wrong in one above', async () => {
    await mkdir(join(folder, 'my lab'))
    await mkdir(join(folder, 'other'))
    await put(join('my lab', 'federation.yaml'))
    const failure = await findFederationFile({cwd: folder, env: {}}).catch((error: unknown) => error)
    expect((failure as {suggestions: string[]}).suggestions[0]).toBe(
      "there is one here: --federation 'my lab/federation.yaml'",
    )
    await expect(
      findFederationFile({cwd: join(folder, 'my lab'), env: {}, flag: 'federation.yml'}),
    ).rejects.toMatchObject({
      suggestions: expect.arrayContaining(['there is one here: --federation federation.yaml']) as unknown,
    })
  })

  it('names fedctl init, also with --from, where there is none', async () => {
    await expect(findFederationFile({cwd: folder, env: {}})).rejects.toMatchObject({
      code: 'federation.not-found',
      exitCode: 4,
      message: `there is no federation.yaml in ${folder}, nor in a folder above it`,
      suggestions: [
        'write one with `fedctl init`',
        'or from a federation that runs: `fedctl init --from http://server:8500`',
        expect.stringContaining('--federation FILE'),
      ],
    })
  })

  it('says what is wrong with the name that was given', async () => {
    await expect(findFederationFile({cwd: folder, env: {}, flag: 'none.yaml'})).rejects.toMatchObject({
      code: 'federation.not-found',
      message: `--federation or FEDCTL_FEDERATION names ${join(folder, 'none.yaml')}, a file that does not exist`,
    })
    await expect(findFederationFile({cwd: folder, env: {FEDCTL_FEDERATION: '.'}})).rejects.toMatchObject({
      code: 'federation.not-found',
      message: `--federation or FEDCTL_FEDERATION names ${folder}, a folder: name the file in it, such as federation.yaml`,
    })
  })
})

describe('loadFederation', () => {
  it('takes the folder of the file for the workspace', async () => {
    const federation = await loadFederation(await put('wan.yaml'))
    expect(federation).toMatchObject({
      file: join(folder, 'wan.yaml'),
      tls: {caFile: join(folder, 'pki', 'ca.pem')},
      workspace: folder,
    })
  })

  it('names the file and the place of what is wrong', async () => {
    const path = await put('federation.yaml', 'primary: 1\n')
    await expect(loadFederation(path)).rejects.toMatchObject({
      code: 'federation.invalid',
      issues: [{path: 'datacenters'}, {path: 'primary'}],
      message: expect.stringContaining(`${path}:1:10: primary: `) as unknown,
    })
  })

  it('refuses what is not UTF-8', async () => {
    const utf16 = Buffer.from(`\uFEFF${smallFederation}`, 'utf16le')
    await expect(loadFederation(await put('federation.yaml', utf16))).rejects.toMatchObject({
      code: 'federation.invalid',
      issues: [{column: 1, line: 1, message: 'the file is not UTF-8 text; save it as UTF-8', path: ''}],
    })
  })

  it('refuses more than 1 MiB without reading it', async () => {
    const path = await put('federation.yaml', Buffer.alloc(1024 * 1024 + 1, '#'))
    await expect(loadFederation(path)).rejects.toMatchObject({
      code: 'federation.invalid',
      issues: [{message: 'the file has 1048577 bytes, and a federation file at most 1 MiB'}],
    })
  })

  it('says that a file is not there, and that a folder cannot be read', async () => {
    await expect(loadFederation(join(folder, 'none.yaml'))).rejects.toMatchObject({code: 'federation.not-found'})
    await expect(loadFederation(folder)).rejects.toMatchObject({code: 'file.unreadable'})
  })
})
