import {mkdtemp, readFile, rm, stat} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import {writeTokenFiles} from '../../../src/acl/token-files.js'
import {Secrets} from '../../../src/federation/secrets.js'
import {aFederation} from '../../fixtures/federation.js'

let workspace: string

beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'fedctl-token-files-'))
})

afterEach(async () => rm(workspace, {force: true, recursive: true}))

describe('writeTokenFiles', () => {
  it('writes the secret alone for each token that is known, readable for the owner only', async () => {
    const secrets = await Secrets.load(workspace)
    const {secretId} = await secrets.token('agent/dc2/dc2-s1')
    await secrets.token('management')
    const paths = await writeTokenFiles(aFederation({workspace}), secrets)
    const tokens = join(workspace, '.fedctl', 'tokens')
    expect(paths).toEqual([join(tokens, 'management'), join(tokens, 'agent', 'dc2', 'dc2-s1')])
    expect(await readFile(paths[1] ?? '', 'utf8')).toBe(secretId)
    for (const path of paths) expect((await stat(path)).mode & 0o777).toBe(0o600)
  })

  it('does not write the replication token, which nobody needs on the command line', async () => {
    const secrets = await Secrets.load(workspace)
    await secrets.token('replication')
    expect(await writeTokenFiles(aFederation({workspace}), secrets)).toEqual([])
  })

  it('replaces a file whose token has changed, and touches no other', async () => {
    const secrets = await Secrets.load(workspace)
    await secrets.token('management')
    await secrets.token('verifier')
    const federation = aFederation({workspace})
    const [management = '', verifier = ''] = await writeTokenFiles(federation, secrets)
    const before = await stat(verifier)
    const changed = {
      accessorId: '11111111-1111-4111-8111-111111111111',
      secretId: '22222222-2222-4222-8222-222222222222',
    }
    await secrets.keepToken('management', changed)
    await writeTokenFiles(federation, secrets)
    expect(await readFile(management, 'utf8')).toBe(changed.secretId)
    expect((await stat(verifier)).ino).toBe(before.ino)
  })
})
