import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterEach, beforeEach, expect, it} from 'vitest'

import {writeExport} from '../../../../src/holdings/export.js'
import type {RunbookContext} from '../../../../src/runbooks/context.js'
import type {Step} from '../../../../src/runbooks/step.js'
import {unlessOnItsOwn} from '../../../../src/runbooks/steps/on-its-own.js'
import {aDatacenter, aFederation} from '../../../fixtures/federation.js'
import {noHoldings} from '../../../fixtures/holdings.js'

let workspace: string

beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'fedctl-own-step-'))
})

afterEach(() => rm(workspace, {recursive: true}))

it('names the folder of all exports where the move of a datacenter has not come to its end', async () => {
  const federation = aFederation({workspace})
  const at = '2024-05-01T10:00:00.000Z'
  const description = {adopt: false, at, datacenter: 'dc2', primary: 'dc1', state: 'moving', things: []} as const
  await writeExport(federation, noHoldings, description)
  const step = unlessOnItsOwn({changes: () => Promise.resolve([])} as unknown as Step, aDatacenter(2))
  const changes = step.changes({federation, fedctl: (command: string) => command} as unknown as RunbookContext)
  const folder = join(workspace, '.fedctl', 'export', 'dc2')
  await expect(changes).rejects.toMatchObject({
    message: 'dc2 was on its own, and its move has not come to its end',
    suggestions: expect.arrayContaining([expect.stringContaining(`put ${folder} out of the workspace`)]) as string[],
  })
})
