import {mkdtemp, realpath, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import type {Report} from '../../../src/checks/check.js'
import {pasteReady} from '../../../src/cli/paste-ready.js'
import {aFederation} from '../../fixtures/federation.js'

describe('fixes that are shown', () => {
  let folder: string
  const here = process.cwd()

  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'fedctl paste-')))
    await writeFile(join(folder, 'federation.yaml'), '')
  })

  afterEach(async () => {
    process.chdir(here)
    await rm(folder, {force: true, recursive: true})
  })

  const shown = async (fix: string) => {
    const diagnosis = [{cause: 'x', docs: 'y', explains: [], fix: [fix], title: 'z'}]
    const report: Report = {
      checks: [],
      diagnosis,
      durationMs: 0,
      schemaVersion: 1,
      startedAt: '',
      status: 'fail',
      summary: {fail: 0, pass: 0, skip: 0, warn: 0},
    }
    const federation = aFederation({file: join(folder, 'federation.yaml'), workspace: folder})
    const {diagnosis: ready} = await pasteReady(report, federation, {env: {}})
    return ready[0]?.fix[0]?.replaceAll(/node \S+ /g, 'fedctl ')
  }

  it('paste as they stand where the federation file is found from here', async () => {
    process.chdir(folder)
    expect(await shown('then fedctl tls issue --dc dc1, then restart')).toBe(
      'then fedctl tls issue --dc dc1, then restart',
    )
  })

  it('name the federation file, quoted for a shell, where it is not', async () => {
    process.chdir(tmpdir())
    const file = `'${folder.slice(folder.lastIndexOf('/') + 1)}/federation.yaml'`
    expect(await shown('start it again: fedctl bootstrap secondary --dc dc2')).toBe(
      `start it again: fedctl bootstrap secondary --dc dc2 --federation ${file}`,
    )
    expect(await shown('compare: fedctl verify --only agent,tls --dc dc2; then go on')).toBe(
      `compare: fedctl verify --only agent,tls --dc dc2 --federation ${file}; then go on`,
    )
    expect(await shown('fedctl bootstrap secondary --existing --dc dc2')).toBe(
      `fedctl bootstrap secondary --existing --dc dc2 --federation ${file}`,
    )
    expect(await shown('read docs/checks.md about fedctl')).toBe('read docs/checks.md about fedctl')
  })
})
