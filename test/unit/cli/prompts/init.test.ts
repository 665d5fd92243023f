import {mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import {initFederation} from '../../../../src/cli/prompts/init.js'
import {scriptedAsker} from './scripted-asker.js'

let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fedctl-init-'))
})

afterEach(async () => {
  await rm(folder, {force: true, recursive: true})
})

describe('initFederation', () => {
  it('writes what the flags and the settings say', async () => {
    const {federation} = await initFederation({
      asker: undefined,
      flags: {consul: '1.17.3', gateway: ['dc1=10.0.0.9', 'dc2=10.1.0.9'], server: ['dc1=10.0.0.1', 'dc2=10.1.0.1']},
      path: join(folder, 'federation.yaml'),
      settings: {api: {scheme: 'https'}, domain: 'example.org', host: 'local', mesh_gateway_mode: 'local'},
    })
    expect(federation).toMatchObject({domain: 'example.org', meshGatewayMode: 'local', workspace: folder})
    expect(federation.datacenters[1]?.servers[0]).toMatchObject({api: {url: 'https://10.1.0.1:8501'}, host: 'local'})
  })

  it('asks nothing where there is a file already', async () => {
    await writeFile(join(folder, 'federation.yaml'), 'mine')
    const {asker, said} = scriptedAsker([])
    const run = initFederation({asker, flags: {}, path: join(folder, 'federation.yaml'), settings: {}})
    await expect(run).rejects.toMatchObject({code: 'federation.exists'})
    expect(said).toEqual([])
    expect(await readFile(join(folder, 'federation.yaml'), 'utf8')).toBe('mine')
  })

  it('says what does not go together as wrong usage, and writes nothing', async () => {
    const flags = {consul: '1.17.3', server: ['dc1/a=10.0.0.1', 'dc1/A=10.0.0.2'], via: 'wan-gossip' as const}
    const run = initFederation({
      asker: undefined,
      flags,
      path: join(folder, 'federation.yaml'),
      settings: {domain: '-'},
    })
    await expect(run).rejects.toMatchObject({
      code: 'usage',
      message: [
        'this does not make a federation, and nothing was written:',
        '  domain: "-" is not a DNS domain; write for example "consul"',
        '  datacenters[0].servers[1].name: "A" is taken in this datacenter by the server "a", and case does not count; rename one',
      ].join('\n'),
    })
    expect(await readdir(folder)).toEqual([])
  })
})
