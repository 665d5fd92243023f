import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import {createWorkspace} from '../../../src/federation/new-workspace.js'
import {workspacePaths} from '../../../src/federation/workspace.js'
import {labDraft} from '../../../src/lab/draft.js'
import {labLayout} from '../../../src/lab/layout.js'
import {labDefaults} from '../../../src/lab/options.js'
import {labStatus} from '../../../src/lab/status.js'
import {nodesElsewhere, openLab, openLabToBreak, openLabToStop} from '../../../src/lab/open-lab.js'

describe('a workspace on this machine that somebody wrote', () => {
  let workspace: string

  const draft = labDraft(labDefaults, labLayout(70, process.platform), '1.17.3')
  const write = (datacenters: typeof draft.datacenters) =>
    createWorkspace(workspacePaths(workspace).federationFile, {...draft, datacenters})

  beforeEach(async () => {
    workspace = await mkdtemp(join(tmpdir(), 'fedctl-open-'))
  })

  afterEach(() => rm(workspace, {force: true, recursive: true}))

  it('can be looked at and stopped, and is never broken on purpose', async () => {
    await write(draft.datacenters)
    expect(await openLab(workspace)).toMatchObject({federation: {workspace}, record: undefined})
    expect(await openLabToStop(workspace, false)).toMatchObject({federation: {workspace}})
    await expect(openLabToBreak(workspace)).rejects.toMatchObject({
      code: 'lab.missing',
      message: expect.stringContaining('has not made') as string,
    })
  })

  it('may have gateways that are started otherwise, of which its status says nothing', async () => {
    const manual = ({gateways = [], ...rest}: (typeof draft.datacenters)[number]) => ({
      ...rest,
      gateways: gateways.map((gateway) => ({...gateway, host: 'manual' as const})),
    })
    await write(draft.datacenters.map(manual))
    const {federation} = await openLab(workspace)
    const {processes} = await labStatus(federation)
    expect(processes.map(({name}) => name)).toEqual(['dc1-s1', 'dc1-c1', 'dc2-s1', 'dc2-c1'])
    expect(await openLabToStop(workspace, false)).toMatchObject({workspace})
  })

  it('can be stopped where a part of it is on another machine, and is no lab otherwise', async () => {
    await write(
      draft.datacenters.map((datacenter, n) => (n === 0 ? datacenter : {...datacenter, host: 'manual' as const})),
    )
    const {federation} = await openLabToStop(workspace, false)
    expect(nodesElsewhere(federation)).toEqual(['dc2/dc2-s1', 'dc2/dc2-c1', 'dc2/dc2-gw1'])
    await expect(openLabToStop(workspace, true)).rejects.toMatchObject({code: 'lab.missing'})
    await expect(openLab(workspace)).rejects.toMatchObject({code: 'lab.missing'})
  })

  it('is none where all of it is on other machines', async () => {
    await write(draft.datacenters.map((datacenter) => ({...datacenter, host: 'manual' as const})))
    await expect(openLab(workspace)).rejects.toMatchObject({code: 'lab.missing'})
    await expect(openLabToStop(workspace, false)).rejects.toMatchObject({code: 'lab.missing'})
  })
})
