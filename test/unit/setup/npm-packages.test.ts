import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import {packagesAreInstalled} from '../../../bin/setup/npm-packages.js'

const wanted = {
  '': {version: '0.1.0'},
  'node_modules/a': {integrity: 'sha512-a', version: '1.0.0'},
  'node_modules/a-darwin': {integrity: 'sha512-d', optional: true, version: '1.0.0'},
}
const installed = {'node_modules/a': {integrity: 'sha512-a', version: '1.0.0'}}

let checkout: string

beforeEach(async () => {
  checkout = await mkdtemp(join(tmpdir(), 'fedctl-packages-'))
  await mkdir(join(checkout, 'node_modules'))
  await writeLock('package-lock.json', wanted)
})

afterEach(async () => {
  await rm(checkout, {force: true, recursive: true})
})

describe('the npm packages of a checkout', () => {
  it('are there when npm has recorded what the lock names, but for optional packages of other platforms', async () => {
    await writeLock('node_modules/.package-lock.json', installed)
    expect(await packagesAreInstalled(checkout)).toBe(true)
  })

  it('are missing when npm has recorded nothing, as after an interrupted installation', async () => {
    expect(await packagesAreInstalled(checkout)).toBe(false)
  })

  it.each([
    ['another version', {'node_modules/a': {integrity: 'sha512-a', version: '1.0.1'}}],
    ['other content of the same version', {'node_modules/a': {integrity: 'sha512-b', version: '1.0.0'}}],
    ['a package too few', {}],
    ['a package too many', {...installed, 'node_modules/b': {integrity: 'sha512-b', version: '1.0.0'}}],
  ])('are out of date with %s', async (_difference, packages) => {
    await writeLock('node_modules/.package-lock.json', packages)
    expect(await packagesAreInstalled(checkout)).toBe(false)
  })

  it('are missing when the record is half written', async () => {
    await writeFile(join(checkout, 'node_modules/.package-lock.json'), '{"packages": {')
    expect(await packagesAreInstalled(checkout)).toBe(false)
  })
})

async function writeLock(path: string, packages: object): Promise<void> {
  await writeFile(join(checkout, path), JSON.stringify({packages}))
}
