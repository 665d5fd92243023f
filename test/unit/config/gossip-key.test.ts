import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import {gossipKeyOf} from '../../../src/config/gossip-key.js'
import {aFederation} from '../../fixtures/federation.js'

const own = {gossipKey: () => Promise.resolve('the key that fedctl made')}
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fedctl-gossip-'))
})

afterEach(() => rm(folder, {force: true, recursive: true}))

const keyOf = (keyFile: string) => gossipKeyOf(aFederation({gossip: {encryption: true, keyFile}}), own)

describe('the gossip key', () => {
  it('is the one of the workspace where the federation file names no file', async () => {
    expect(await gossipKeyOf(aFederation(), own)).toBe('the key that fedctl made')
  })

  it.each([16, 24, 32])('of %i bytes is read from the file that the federation file names', async (bytes) => {
    const key = Buffer.alloc(bytes, 7).toString('base64')
    await writeFile(join(folder, 'key'), `${key}\n`)
    expect(await keyOf(join(folder, 'key'))).toBe(key)
  })

  it('is never another one where that file is not there yet', async () => {
    await expect(keyOf(join(folder, 'key'))).rejects.toMatchObject({code: 'gossip.key-missing'})
  })

  it.each(['', 'not a key', Buffer.alloc(20).toString('base64')])(
    'is not taken from a file that holds %j',
    async (text) => {
      await writeFile(join(folder, 'key'), text)
      const error: unknown = await keyOf(join(folder, 'key')).catch((reason: unknown) => reason)
      expect(error).toMatchObject({code: 'gossip.key-missing'})
      if (text) expect(String(error)).not.toContain(text)
    },
  )
})
