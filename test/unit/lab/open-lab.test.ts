import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import {createWorkspace} from '../../../src/federation/new-workspace.js'
import {workspacePaths} from '../../../src/federation/workspace.js'
import {labDraft} from '../../../src/lab/draft.js'
import {labLayout} from '../../../src/lab/layout.js'
import {openLab, openLabToBreak, openLabToStop} from '../../../src/lab/open-lab.js'

const options = {
  acl: true,
  datacenters: 2,
  defaultPolicy: 'deny',
  isolate: false,
  servers: 1,
  via: 'mesh-gateways',
} as const

describe('a workspace on this machine that somebody wrote', () => {
  let workspace: string

  beforeEach(async () => {
    workspace = await mkdtemp(join(tmpdir(), 'fedctl-open-'))
    const draft = labDraft(options, labLayout(70, process.platform), '1.17.3')
    await createWorkspace(workspacePaths(workspace).federationFile, draft)
  })

  afterEach(() => rm(workspace, {force: true, recursive: true}))

  it('can be looked at and stopped, and is never broken on purpose', async () => {
    expect(await openLab(workspace)).toMatchObject({federation: {workspace}, record: undefined})
    expect(await openLabToStop(workspace, false)).toMatchObject({federation: {workspace}})
    await expect(openLabToBreak(workspace)).rejects.toMatchObject({
      code: 'lab.missing',
      message: expect.stringContaining('has not made') as string,
    })
  })
})
