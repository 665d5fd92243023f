import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import {gitignoreWith} from '../../../src/federation/gitignore.js'
import {leaveSecretsOut} from '../../../src/federation/secrets-in-git.js'

describe('the secrets of a workspace', () => {
  let folder: string
  const said: string[] = []
  const gitignore = () => join(folder, '.gitignore')
  const leave = async () => {
    said.length = 0
    await leaveSecretsOut(folder, (line) => said.push(line))
  }

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fedctl-git-'))
  })

  afterEach(() => rm(folder, {force: true, recursive: true}))

  it('are left out of git by a file of their own where there is none', async () => {
    await leave()
    expect(await readFile(gitignore(), 'utf8')).toBe(gitignoreWith(undefined))
    await leave()
    expect(said).toEqual([])
  })

  it.each(['*\n', 'pki/\n/rendered\n.fedctl\n', '*-key.pem*\nrendered/\n.fedctl/\n'])(
    'need nothing more where %j covers them',
    async (content) => {
      await writeFile(gitignore(), content)
      await leave()
      expect(said).toEqual([])
    },
  )

  it('are named where a .gitignore does not cover them, which stays as it is', async () => {
    await writeFile(gitignore(), 'node_modules\nrendered\n')
    await leave()
    expect(said).toEqual([expect.stringMatching(/does not keep all secrets out of git; add pki\/\S+, \.fedctl\/$/)])
    expect(await readFile(gitignore(), 'utf8')).toBe('node_modules\nrendered\n')
  })
})
