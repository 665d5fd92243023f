import {execFile} from 'node:child_process'
import {promisify} from 'node:util'

import fc from 'fast-check'
import {describe, expect, it} from 'vitest'

import {forShell} from '../../../src/system/for-shell.js'

describe('a word for the shell', () => {
  it('stays as it is where nothing in it is special', () => {
    for (const word of ['fedctl-lab', '/srv/lab.1', '10.1.0.11:8443', 'a=b', 'x@y', '50%']) {
      expect(forShell(word)).toBe(word)
    }
  })

  it.each(['my lab', "it's", '$HOME', '`id`', 'a\nb', '~', '*', '', '"', '\\', '[fd00::11]:8443', '!!', 'a;b&c|d'])(
    'is read back as %j',
    async (word) => {
      const {stdout} = await promisify(execFile)('/bin/sh', ['-c', `printf %s ${forShell(word)}`])
      expect(stdout).toBe(word)
    },
  )

  it('is read back whatever it holds', async () => {
    const word = fc.string({unit: 'grapheme'}).filter((text) => !text.includes('\0'))
    const special = fc.string({
      unit: fc.constantFrom("'", '"', '\\', '$', '`', '\n', ' ', '!', '-', '~', '\u001B', 'é'),
    })
    const words = fc.sample(fc.oneof(word, special), 300)
    const {stdout} = await promisify(execFile)('/bin/sh', [
      '-c',
      `printf '%s\\0' ${words.map((text) => forShell(text)).join(' ')}`,
    ])
    expect(stdout.split('\0').slice(0, -1)).toEqual(words)
  })
})
