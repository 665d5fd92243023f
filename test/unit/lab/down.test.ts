import {mkdir, mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'

import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import {workspacePaths} from '../../../src/federation/workspace.js'
import {localProcess} from '../../../src/hosts/local-process.js'
import {purgeLab, removeEmptyFolders, stopLab} from '../../../src/lab/down.js'
import {writeLabRecord} from '../../../src/lab/lab-record.js'
import {openLab, openLabToStop} from '../../../src/lab/open-lab.js'
import {findProcess, startInBackground, stopProcess} from '../../../src/system/background-process.js'
import {systemClock} from '../../../src/system/clock.js'
import {aFederation} from '../../fixtures/federation.js'
import {aLabRecord} from '../../fixtures/lab.js'

describe('the end of a lab', () => {
  let workspace: string
  let controller: AbortController
  const nodes = ['dc1/dc1-s1', 'dc1/dc1-c1', 'dc1/dc1-gw1', 'dc1/removed']
  const pidFile = (node: string) => localProcess({workspace}, node).pidFile
  const start = (node: string, script = 'exec sleep 60') =>
    startInBackground({
      ...localProcess({workspace}, node),
      args: ['-c', script],
      env: {PATH: process.env.PATH},
      file: '/bin/sh',
    })
  const stop = (federation: Parameters<typeof stopLab>[1]) =>
    stopLab(workspace, federation, {clock: systemClock, env: process.env, signal: controller.signal})

  beforeEach(async () => {
    workspace = await mkdtemp(join(tmpdir(), 'fedctl-down-'))
    controller = new AbortController()
  })

  afterEach(async () => {
    for (const node of nodes) await stopProcess(pidFile(node), {clock: systemClock, graceMs: 100, name: node})
    await rm(workspace, {force: true, recursive: true})
  })

  it('ends gateways, clients and servers in this order, and then what the federation file does not name', async () => {
    for (const node of nodes) await start(node)
    const federation = aFederation({workspace})
    expect(await stop(federation)).toEqual(['dc1/dc1-gw1', 'dc1/dc1-c1', 'dc1/dc1-s1', 'dc1/removed'])
    expect(await stop(federation)).toEqual([])
  })

  it('leaves nodes as if they had never been started', async () => {
    const {digestFile} = localProcess({workspace}, 'dc1/dc1-s1')
    await start('dc1/dc1-s1')
    await writeFile(digestFile, 'a digest')
    await stop(undefined)
    await expect(readFile(digestFile)).rejects.toMatchObject({code: 'ENOENT'})
  })

  it('needs no federation file', async () => {
    await start('dc1/dc1-s1')
    expect(await stop(undefined)).toEqual(['dc1/dc1-s1'])
  })

  it('is broken off by a signal, and leaves the pid file to the next run', async () => {
    await start('dc1/dc1-s1', 'trap "" TERM; echo ready; while :; do sleep 0.05; done')
    const {logFile} = localProcess({workspace}, 'dc1/dc1-s1')
    await expect.poll(() => readFile(logFile, 'utf8')).toContain('ready')
    const stopping = stop(undefined)
    controller.abort(new Error('cancelled'))
    await expect(stopping).rejects.toThrow()
    expect((await findProcess(pidFile('dc1/dc1-s1')))?.alive).toBe(true)
  })

  it.each([
    ['is missing', undefined],
    ['is not valid', 'datacenters: {'],
  ])('is possible where the federation file %s, as long as the record is there', async (_, content) => {
    await writeLabRecord(workspace, aLabRecord)
    if (content !== undefined) await writeFile(workspacePaths(workspace).federationFile, content)
    expect(await openLabToStop(workspace, true)).toEqual({federation: undefined, workspace})
  })

  it('is what is suggested where the federation file is missing, beside writing it anew', async () => {
    await writeLabRecord(workspace, aLabRecord)
    await expect(openLab(workspace)).rejects.toMatchObject({
      code: 'federation.not-found',
      suggestions: [
        `write the file anew: fedctl lab up --dir ${workspace}`,
        `or remove the lab: fedctl lab down --purge --dir ${workspace}`,
      ],
    })
  })

  it('is refused for a folder that is no lab', async () => {
    await expect(openLabToStop(workspace, false)).rejects.toMatchObject({code: 'lab.missing'})
  })

  it('removes what the lab made and nothing else, also no lock', async () => {
    const paths = workspacePaths(workspace)
    await writeLabRecord(workspace, aLabRecord)
    for (const path of [paths.lock, paths.federationFile, paths.caFile, join(paths.run, 'dc1', 'x', 'log')]) {
      await mkdir(dirname(path), {recursive: true})
      await writeFile(path, '')
    }
    await writeFile(join(workspace, 'notes'), 'mine')
    await purgeLab(workspace)
    await removeEmptyFolders(workspace)
    expect((await readdir(workspace)).sort()).toEqual(['.fedctl', 'notes'])
    expect(await readdir(paths.state)).toEqual(['lock'])
    await rm(paths.lock)
    await removeEmptyFolders(workspace)
    expect(await readdir(workspace)).toEqual(['notes'])
  })

  it('removes an empty folder as well, and can be run again where it was interrupted', async () => {
    await writeLabRecord(workspace, aLabRecord)
    const {federation} = await openLabToStop(workspace, true)
    expect(federation).toBeUndefined()
    await purgeLab(workspace)
    await removeEmptyFolders(workspace)
    await expect(readdir(workspace)).rejects.toThrow('ENOENT')
  })
})
