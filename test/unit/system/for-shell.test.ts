import {execFile} from 'node:child_process'
import {promisify} from 'node:util'

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
})
