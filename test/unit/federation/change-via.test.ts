import {chmod, mkdtemp, readFile, rm, stat, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import {movedToGateways, writeVia} from '../../../src/federation/change-via.js'
import {loadFederation} from '../../../src/federation/load.js'

const text = `# ours
primary: dc1
via:   "wan-gossip"   # until the move
datacenters:
  - name: dc1
    consul: 1.17.3
    servers: [ { name: a, address: 10.0.1.1 } ]
    clients: [ { name: c, address: 10.0.1.2 } ]
    gateways: [ { name: g, agent: c } ]
`

describe('the way in a federation file', () => {
  let folder: string
  const file = () => join(folder, 'federation.yaml')

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fedctl-via-'))
    await writeFile(file(), text)
  })

  afterEach(() => rm(folder, {force: true, recursive: true}))

  it('is changed to mesh gateways, and every other byte and the permissions stay', async () => {
    await chmod(file(), 0o640)
    const {federation, isThere} = await movedToGateways(await loadFederation(file()))
    expect({isThere, via: federation.via}).toEqual({isThere: false, via: 'mesh-gateways'})
    await writeVia(await loadFederation(file()))
    expect(await readFile(file(), 'utf8')).toBe(text.replace('"wan-gossip"', 'mesh-gateways'))
    expect((await stat(file())).mode & 0o777).toBe(0o640)
  })

  it('cannot be changed where it is an alias of another value, and that is said with its place', async () => {
    await writeFile(file(), text.replace('"wan-gossip"', '*way').replace('# ours', 'domain: &way wan-gossip'))
    await expect(movedToGateways(await loadFederation(file()))).rejects.toMatchObject({
      code: 'federation.invalid',
      issues: [{column: 8, line: 3, path: 'via'}],
      message: expect.stringContaining('write the value out') as string,
    })
  })

  it('cannot be mesh gateways where a datacenter has none', async () => {
    await writeFile(file(), text.replace(/ {4}gateways.*\n/, ''))
    await expect(movedToGateways(await loadFederation(file()))).rejects.toMatchObject({code: 'federation.invalid'})
  })
})
