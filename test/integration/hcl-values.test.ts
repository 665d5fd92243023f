import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {execa} from 'execa'
import fc from 'fast-check'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import {writeHcl} from '../../src/config/hcl.js'
import {temporaryFolder} from './fedctl.js'

const consul = process.env.FEDCTL_CONSUL ?? 'consul'

describe('configuration with values of any kind', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>

  beforeEach(async () => {
    folder = await temporaryFolder()
  })

  afterEach(() => folder.remove())

  const validate = async (content: string) => {
    await writeFile(join(folder.path, 'agent.hcl'), content)
    return execa(consul, ['validate', folder.path], {reject: false})
  }
  const base = {bind_addr: '127.0.0.1', data_dir: '/nowhere'}

  it('is read by Consul, whatever stands in the texts and keys', async () => {
    const nasty = fc.string({
      unit: fc.constantFrom('$', '{', '}', '"', '\\', '\n', '\r', '\0', '#', '<<', '//', '\t', 'é', '😀'),
    })
    const texts = fc.sample(fc.oneof(fc.string({unit: 'binary'}), nasty), 300)
    const services = texts.map((text, index) => ({
      id: `s${index}`,
      meta: {[`k${index}`]: text},
      name: 's',
      tags: [text],
    }))
    const {exitCode, stderr, stdout} = await validate(writeHcl({...base, services}))
    expect(exitCode, stdout + stderr).toBe(0)
  })

  it('says the same to Consul as it says to us', async () => {
    // Consul refuses an unknown key and quotes it, so that it shows what it has read.
    const key = 'no such "key" ${x} \\ \n{'
    const {exitCode, stderr, stdout} = await validate(writeHcl({...base, [key]: 'x'}))
    expect(exitCode).toBe(1)
    expect(stdout + stderr).toContain(`invalid config key ${key}`)
  })
})
