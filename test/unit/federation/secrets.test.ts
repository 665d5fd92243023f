import {mkdir, mkdtemp, readFile, rm, stat, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import {Secrets} from '../../../src/federation/secrets.js'
import {workspacePaths} from '../../../src/federation/workspace.js'

describe('the secrets of a workspace', () => {
  let workspace: string
  const file = () => workspacePaths(workspace).secrets
  const render = async (text: string) => {
    const folder = join(workspacePaths(workspace).rendered('dc1', 's1'), 'etc/consul.d')
    await mkdir(folder, {recursive: true})
    await writeFile(join(folder, 'consul.hcl'), text)
  }

  beforeEach(async () => {
    workspace = await mkdtemp(join(tmpdir(), 'fedctl-secrets-'))
  })

  afterEach(() => rm(workspace, {force: true, recursive: true}))

  it('are on the disk, for their owner alone, before they are handed out', async () => {
    const {secretId} = await (await Secrets.load(workspace)).token('replication')
    expect(await readFile(file(), 'utf8')).toContain(secretId)
    expect((await stat(file())).mode & 0o777).toBe(0o600)
  })

  it('are the same for the next run', async () => {
    const first = await Secrets.load(workspace)
    const made = [await first.token('verifier'), await first.gossipKey()]
    const second = await Secrets.load(workspace)
    expect([await second.token('verifier'), await second.gossipKey()]).toEqual(made)
    expect(second.texts()).toHaveLength(2)
  })

  it('take an accessor that Consul chose, which is no UUID of RFC 9562', async () => {
    const consuls = {
      accessorId: 'fc0dda76-2399-e2b3-a73b-e8dc4b5db204',
      secretId: '94c0f6ab-0000-0000-0000-0123456789ab',
    }
    await (await Secrets.load(workspace)).keepToken('management', consuls)
    expect((await Secrets.load(workspace)).knownToken('management')).toEqual(consuls)
  })

  it('are never guessed where the file is damaged, and the message quotes none of it', async () => {
    await mkdir(workspacePaths(workspace).state)
    await writeFile(file(), '{"gossipKey": "half of a sec')
    const error: unknown = await Secrets.load(workspace).catch((reason: unknown) => reason)
    expect(error).toMatchObject({code: 'workspace.invalid'})
    expect((error as Error).message).not.toContain('half of a sec')
  })

  it('are not replaced where agents were rendered with ones that are gone', async () => {
    await render('encrypt = "x"\n')
    const secrets = await Secrets.load(workspace)
    await expect(secrets.gossipKey()).rejects.toMatchObject({code: 'workspace.invalid'})
    await expect(secrets.token('verifier')).rejects.toMatchObject({code: 'workspace.invalid'})
  })

  it('are generated where agents were rendered without any', async () => {
    await render('node_name = "s1"\n')
    expect(await (await Secrets.load(workspace)).gossipKey()).toHaveLength(44)
  })
})
