import {mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'

import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import {
  keepConfiguration,
  previousConfiguration,
  restoreConfiguration,
} from '../../../src/config/previous-configuration.js'
import type {Agent, Federation} from '../../../src/federation/model.js'
import {aFederation} from '../../fixtures/federation.js'

describe('the configuration that an agent ran with before', () => {
  let workspace: string
  let federation: Federation
  let agent: Agent
  const folders = () => previousConfiguration(federation, agent)

  beforeEach(async () => {
    workspace = await mkdtemp(join(tmpdir(), 'fedctl-previous-'))
    federation = aFederation({workspace})
    agent = federation.datacenters[0]?.servers[0] as Agent
    await mkdir(join(folders().current, 'tls'), {recursive: true})
    await writeFile(join(folders().current, 'tls', 'agent-key.pem'), 'old key', {mode: 0o600})
    const tokens = 'acl {\n  tokens {\n    master = "secret"\n    agent = "a"\n  }\n}\n'
    await writeFile(join(folders().current, 'consul.hcl'), tokens, {mode: 0o600})
  })

  afterEach(() => rm(workspace, {force: true, recursive: true}))

  it('comes back with its permissions, and what fedctl has not written stays', async () => {
    await writeFile(join(folders().current, 'ours.hcl'), 'old')
    await keepConfiguration(federation, agent)
    await writeFile(join(folders().current, 'tls', 'agent-key.pem'), 'new key')
    await writeFile(join(folders().current, 'ours.hcl'), 'new')
    expect(await restoreConfiguration(federation, agent)).toBe(true)
    const key = join(folders().current, 'tls', 'agent-key.pem')
    expect(await readFile(key, 'utf8')).toBe('old key')
    expect((await stat(key)).mode & 0o777).toBe(0o600)
    expect(await readFile(join(folders().current, 'ours.hcl'), 'utf8')).toBe('new')
  })

  it('stays whole where keeping a newer one is broken off', async () => {
    await keepConfiguration(federation, agent)
    const kept = await readFile(join(folders().previous, 'consul.hcl'), 'utf8')
    const key = join(folders().current, 'tls', 'agent-key.pem')
    await writeFile(join(folders().current, 'consul.hcl'), 'newer')
    await rm(key)
    await mkdir(key)
    await expect(keepConfiguration(federation, agent)).rejects.toMatchObject({code: 'file.unreadable'})
    expect(await readFile(join(folders().previous, 'consul.hcl'), 'utf8')).toBe(kept)
    expect(await readFile(join(folders().previous, 'tls', 'agent-key.pem'), 'utf8')).toBe('old key')
    await rm(key, {recursive: true})
    await keepConfiguration(federation, agent)
    expect(await readdir(dirname(folders().previous))).toEqual(['consul.d', 'consul.d.previous'])
    expect(await readdir(folders().previous)).toEqual(['consul.hcl'])
  })

  it('is kept without the management token of the first start', async () => {
    await keepConfiguration(federation, agent)
    const kept = await readFile(join(folders().previous, 'consul.hcl'), 'utf8')
    expect(kept).toBe('acl {\n  tokens {\n    agent = "a"\n  }\n}\n')
  })

  it('is not there where nothing was kept', async () => {
    expect(await restoreConfiguration(federation, agent)).toBe(false)
  })
})
