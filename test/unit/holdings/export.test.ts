import {mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import fc from 'fast-check'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import {latestExport, noteMove, writeExport} from '../../../src/holdings/export.js'
import {exportedFileName} from '../../../src/holdings/exported-file-name.js'
import {aFederation} from '../../fixtures/federation.js'
import {aHeldToken, noHoldings} from '../../fixtures/holdings.js'

let workspace: string
const federation = () => aFederation({workspace})
const description = (at: string) => ({
  adopt: true,
  at,
  datacenter: 'dc2',
  primary: 'dc1',
  state: 'exported' as const,
  things: [{fate: 'recreate', key: 'shop', name: 'shop', what: 'policy'} as const],
})

beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'fedctl-export-'))
})

afterEach(() => rm(workspace, {force: true, recursive: true}))

describe('an export of what a datacenter holds', () => {
  const long = '店'.repeat(120)
  const intention = (SourceName: string, DestinationName: string) => ({Action: 'allow', DestinationName, SourceName})
  const holdings = {
    ...noHoldings,
    entries: [{Kind: 'service-defaults', Name: `${long}/a`}],
    intentions: [intention(long, `${long}1`), intention(long, `${long}2`), intention('web', '*')],
    policies: [{Description: '', ID: '1', Name: 'p'.repeat(128), Rules: ''}],
    roles: [{ID: 'r', Name: 'r'.repeat(256)}],
    tokens: [aHeldToken('a', {Policies: [{ID: '1', Name: 'p'.repeat(128)}]})],
  }

  it('is read again as it was written, with a file for each thing, however long its name is', async () => {
    const made = await writeExport(federation(), holdings, description('2026-11-20T12:00:00.000Z'))
    expect(await latestExport(federation(), 'dc2')).toEqual(made)
    const files = await readdir(join(made.folder, 'intentions'))
    expect(files).toHaveLength(3)
    expect(files).toContain('web+%2A.json')
    const bodies = await Promise.all(
      files.map(async (name) => JSON.parse(await readFile(join(made.folder, 'intentions', name), 'utf8')) as unknown),
    )
    expect(bodies).toEqual(expect.arrayContaining(holdings.intentions))
    expect(await readdir(join(made.folder, 'roles'))).toHaveLength(1)
  })

  it.each([
    ['index.json', 'null'],
    ['index.json', '{"state": "moving"}'],
    ['index.json', '{"adop'],
    ['holdings.json', 'null'],
    ['holdings.json', '{"policies": {}}'],
  ])('is named where its %s holds %s, and no older one counts in its place', async (name, content) => {
    await writeExport(federation(), holdings, description('2026-11-20T12:00:00.000Z'))
    const latest = await writeExport(federation(), holdings, description('2026-11-20T13:00:00.000Z'))
    await noteMove(latest, {state: 'moving'})
    const path = join(latest.folder, name)
    await writeFile(path, content)
    await expect(latestExport(federation(), 'dc2')).rejects.toMatchObject({
      code: 'workspace.invalid',
      message: `${path} is damaged`,
    })
    expect(await readFile(path, 'utf8')).toBe(content)
  })

  it('is named where its holdings are gone', async () => {
    const {folder} = await writeExport(federation(), holdings, description('2026-11-20T13:00:00.000Z'))
    await rm(join(folder, 'holdings.json'))
    await expect(latestExport(federation(), 'dc2')).rejects.toMatchObject({code: 'workspace.invalid'})
  })

  it('is passed over where writing it was cut off before its index', async () => {
    const older = await writeExport(federation(), holdings, description('2026-11-20T12:00:00.000Z'))
    const {folder} = await writeExport(federation(), holdings, description('2026-11-20T13:00:00.000Z'))
    await rm(join(folder, 'index.json'))
    expect((await latestExport(federation(), 'dc2'))?.folder).toBe(older.folder)
  })
})

describe('the name of a file of an export', () => {
  it('is one that every file system takes, and no other name has it', () => {
    const name = fc.string({maxLength: 400, unit: 'grapheme'})
    fc.assert(
      fc.property(name, name, (one, other) => {
        const [file, another] = [exportedFileName(one), exportedFileName(other)]
        expect(file).toMatch(/^[\w!'()~.,+=%-]{0,180}$/)
        expect(file === another).toBe(one === other)
      }),
    )
  })

  it('does not change where somebody has a name that looks like a shortened one', () => {
    const long = exportedFileName('x'.repeat(500))
    expect(exportedFileName(long)).not.toBe(long)
  })
})
