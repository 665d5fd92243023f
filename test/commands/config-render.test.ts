import {captureOutput} from '@oclif/test'
import {mkdtemp, readdir, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import ConfigRender from '../../src/commands/config/render.js'
import GossipKeygen from '../../src/commands/gossip/keygen.js'
import {Secrets} from '../../src/federation/secrets.js'
import {workspacePaths} from '../../src/federation/workspace.js'
import {writeWhole} from '../../src/system/files.js'
import {armoured} from '../fixtures/pem.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const federationYaml = `primary: dc1
via: wan-gossip
datacenters:
  - name: dc1
    consul: 1.17.3
    servers: [{name: dc1-s1, address: 10.1.0.1}]
  - name: dc2
    consul: 1.17.3
    servers: [{name: dc2-s1, address: 10.2.0.1}]
`

let workspace: string

beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'fedctl-config-command-'))
  const paths = workspacePaths(workspace)
  await writeWhole(paths.federationFile, federationYaml)
  await writeWhole(paths.caFile, armoured('the CA'))
  for (const [dc, node] of [['dc1', 'dc1-s1'] as const, ['dc2', 'dc2-s1'] as const]) {
    await writeWhole(paths.certificate(dc, node), armoured(`certificate of ${node}`))
    await writeWhole(paths.certificateKey(dc, node), armoured(`key of ${node}`))
  }
})

afterEach(async () => {
  await rm(workspace, {force: true, recursive: true})
})

function render(...args: string[]) {
  return captureOutput(() => ConfigRender.run(['--federation', join(workspace, 'federation.yaml'), ...args], root))
}

describe('fedctl config render', () => {
  it('lists what it wrote, and what it found unchanged', async () => {
    const first = await render()
    expect(first.error).toBeUndefined()
    expect(first.stdout).toMatch(/^NODE +ACTION +FILE\n/)
    expect(first.stdout.match(/^\S+ +new /gm)).toHaveLength(8)
    const second = await render('--dc', 'dc2')
    expect(second.stdout.match(/^dc2\/dc2-s1 +unchanged /gm)).toHaveLength(4)
  })

  it('writes nothing with --dry-run', async () => {
    const before = await readdir(workspace)
    const {stdout} = await render('--dry-run')
    expect(stdout.match(/^\S+ +new /gm)).toHaveLength(8)
    expect(await readdir(workspace)).toEqual(before)
  })

  it('prints files with --json, and no secret', async () => {
    const {stdout} = await render('--json', '--node', 'dc2-s1')
    const file = join(workspace, 'rendered/dc2/dc2-s1/etc/consul.d/consul.hcl')
    const answer = JSON.parse(stdout) as {files: object[]}
    expect(answer).toMatchObject({dryRun: false, schemaVersion: 1})
    expect(answer.files[0]).toEqual({action: 'new', file, node: 'dc2/dc2-s1', secret: true})
    for (const secret of (await Secrets.load(workspace)).texts()) expect(stdout).not.toContain(secret)
    expect(stdout).not.toContain('key of dc2-s1')
  })
})

describe('fedctl gossip keygen', () => {
  it('prints 32 random bytes in base64, others each time', async () => {
    const print = async () => (await captureOutput(() => GossipKeygen.run([], root))).stdout.trim()
    const keys = [await print(), await print()]
    expect(keys.map((key) => Buffer.from(key, 'base64').length)).toEqual([32, 32])
    expect(new Set(keys).size).toBe(2)
  })
})
