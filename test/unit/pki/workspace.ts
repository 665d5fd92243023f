import {mkdtemp, readdir, readFile, rm, stat} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join, relative} from 'node:path'

import {afterEach, beforeEach} from 'vitest'

import type {Federation} from '../../../src/federation/model.js'
import {aFederation} from '../../fixtures/federation.js'

/** A federation in a new temporary folder for each test of a file. */
export function temporaryFederation(): {readonly current: Federation; of(overrides: Partial<Federation>): Federation} {
  let folder = ''
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fedctl-pki-'))
  })
  afterEach(async () => {
    await rm(folder, {recursive: true})
  })
  const of = (overrides: Partial<Federation>) => aFederation({...overrides, workspace: folder})
  return {
    get current() {
      return of({})
    },
    of,
  }
}

/** Every file below the workspace's pki folder by its relative path, with its content. */
export async function pkiFiles({workspace}: Federation): Promise<Map<string, string>> {
  const root = join(workspace, 'pki')
  const entries = await readdir(root, {recursive: true, withFileTypes: true})
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const files = await Promise.all(
    paths.sort().map(async (path) => [relative(root, path), await readFile(path, 'utf8')] as const),
  )
  return new Map(files)
}

/** The permission bits of a file or folder. */
export async function modeOf(path: string): Promise<number> {
  const {mode} = await stat(path)
  return mode & 0o777
}
