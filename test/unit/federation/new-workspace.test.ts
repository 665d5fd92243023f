import {mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import type {FederationDraft} from '../../../src/federation/federation-yaml.js'
import {loadFederation} from '../../../src/federation/load.js'
import {createWorkspace} from '../../../src/federation/new-workspace.js'

const draft: FederationDraft = {
  datacenters: [
    {
      clients: [{address: '10.0.0.9', name: 'dc1-c1'}],
      consul: '1.17.3',
      gateways: [{agent: 'dc1-c1', name: 'dc1-gw1'}],
      name: 'dc1',
      servers: [{address: '10.0.0.1', name: 'dc1-s1'}],
    },
  ],
  primary: 'dc1',
}

let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fedctl-new-'))
})

afterEach(async () => {
  await rm(folder, {force: true, recursive: true})
})

describe('createWorkspace', () => {
  it('writes a file that loads as what it returns, and a .gitignore, both readable for everybody', async () => {
    const file = join(folder, 'new', 'federation.yaml')
    const {federation, written} = await createWorkspace(file, draft)
    expect(await loadFederation(file)).toEqual(federation)
    expect(written).toEqual([file, join(folder, 'new', '.gitignore')])
    for (const path of written) expect((await stat(path)).mode & 0o777).toBe(0o644)
    expect(await readFile(join(folder, 'new', '.gitignore'), 'utf8')).toContain('\n.fedctl/\n')
  })

  it('leaves a file that is there as it is, and writes nothing beside it', async () => {
    const file = join(folder, 'federation.yaml')
    await writeFile(file, 'mine')
    await expect(createWorkspace(file, draft)).rejects.toMatchObject({
      code: 'federation.exists',
      exitCode: 4,
      message: `${file} exists already and is not overwritten`,
    })
    expect(await readFile(file, 'utf8')).toBe('mine')
    expect(await readdir(folder)).toEqual(['federation.yaml'])
  })

  it('writes nothing for a draft that is not valid', async () => {
    const wrong = {...draft, primary: 'dc9'}
    await expect(createWorkspace(join(folder, 'federation.yaml'), wrong)).rejects.toMatchObject({
      code: 'federation.invalid',
      issues: [{path: 'primary'}],
    })
    expect(await readdir(folder)).toEqual([])
  })

  it('says so where it cannot write', async () => {
    await mkdir(join(folder, '.gitignore'))
    await expect(createWorkspace(join(folder, 'federation.yaml'), draft)).rejects.toMatchObject({
      code: 'file.unreadable',
    })
    expect(await readdir(folder)).toEqual(['.gitignore'])
  })

  it('does not name a .gitignore that it left alone', async () => {
    await writeFile(join(folder, '.gitignore'), 'pki/**/*-key.pem*\nrendered/\n.fedctl/\n')
    const file = join(folder, 'federation.yaml')
    expect((await createWorkspace(file, draft)).written).toEqual([file])
  })
})
