import {chmod, mkdir, mkdtemp, realpath, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join, relative} from 'node:path'

import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import {findConsul} from '../../../src/consul/binary.js'

describe('the consul binary', () => {
  let folder: string

  const write = async (path: string, version: string) => {
    const file = join(folder, path)
    await mkdir(join(file, '..'), {recursive: true})
    await writeFile(file, `#!/bin/sh\necho Consul v${version}\n`)
    await chmod(file, 0o755)
    return file
  }

  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'fedctl-consul-')))
  })

  afterEach(() => rm(folder, {force: true, recursive: true}))

  it('is recorded by its absolute path where FEDCTL_CONSUL is relative', async () => {
    const path = await write('bin/consul', '1.17.3')
    const env = {FEDCTL_CONSUL: relative(process.cwd(), path)}
    expect(await findConsul(env)).toEqual({path, version: '1.17.3'})
  })

  it('is looked for on PATH where FEDCTL_CONSUL is a name, and where it is not set', async () => {
    const other = await write('bin/consul-1.18', '1.18.0')
    const usual = await write('bin/consul', '1.17.3')
    const PATH = join(folder, 'bin')
    expect(await findConsul({FEDCTL_CONSUL: 'consul-1.18', PATH})).toEqual({path: other, version: '1.18.0'})
    expect(await findConsul({PATH})).toEqual({path: usual, version: '1.17.3'})
  })

  it('is missed by the name that was given', async () => {
    await expect(findConsul({FEDCTL_CONSUL: 'no-consul-here', PATH: folder})).rejects.toMatchObject({
      code: 'consul.missing',
      message: expect.stringContaining('no-consul-here') as string,
    })
  })
})
