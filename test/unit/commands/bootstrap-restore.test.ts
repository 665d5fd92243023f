import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import BootstrapRestore from '../../../src/commands/bootstrap/restore.js'

const text = `primary: dc1
datacenters:
  - name: dc1
    consul: 1.17.3
    servers: [ { name: dc1-s1, address: 10.0.0.1 } ]
    clients: [ { name: dc1-c1, address: 10.0.0.2 } ]
    gateways: [ { name: dc1-gw1, agent: dc1-c1 } ]
`

describe('bootstrap restore', () => {
  let folder: string

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fedctl-restore-'))
  })

  afterEach(() => rm(folder, {force: true, recursive: true}))

  it('tells git to leave secrets out before it writes any, as the other bootstrap commands do', async () => {
    const file = join(folder, 'federation.yaml')
    await writeFile(file, text)
    const run = BootstrapRestore.run(['--quiet', '--node', 'dc1-s1', '--federation', file], process.cwd())
    await expect(run).rejects.toThrow('no previous configuration of dc1/dc1-s1')
    expect(await readFile(join(folder, '.gitignore'), 'utf8')).toContain('.fedctl')
  })
})
