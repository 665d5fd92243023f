import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import type {Federation} from '../../../src/federation/model.js'
import type {Host} from '../../../src/hosts/host.js'
import {localHost} from '../../../src/hosts/local-host.js'
import {localProcess} from '../../../src/hosts/local-process.js'
import {findProcess, startInBackground, stopProcess} from '../../../src/system/background-process.js'
import {systemClock} from '../../../src/system/clock.js'
import {writeWhole} from '../../../src/system/files.js'
import {aFederation} from '../../fixtures/federation.js'

const [server, gateway] = ['dc1/dc1-s1', 'dc1/dc1-gw1']

describe('this machine as a host', () => {
  let workspace: string
  let federation: Federation
  let host: Host
  const signal = new AbortController().signal

  beforeEach(async () => {
    workspace = await mkdtemp(join(tmpdir(), 'fedctl-local-'))
    federation = aFederation({workspace})
    const programs = () => Promise.reject(new Error('no program'))
    host = localHost(federation, programs, {clock: systemClock, env: {}, signal, talk: () => undefined})
  })

  afterEach(async () => {
    for (const node of [server, gateway]) {
      await stopProcess(localProcess(federation, node).pidFile, {clock: systemClock, graceMs: 1000, name: node})
    }
    await rm(workspace, {force: true, recursive: true})
  })

  const start = async (node: string) => {
    await writeWhole(localProcess(federation, node).digestFile, 'a digest')
    const env = {PATH: process.env.PATH}
    return startInBackground({...localProcess(federation, node), args: ['60'], env, file: 'sleep'})
  }

  it('lets run what it has no program to start anew', async () => {
    await start(server)
    await start(gateway)
    const restart = {host: 'local', kind: 'restart-agent', node: server, summary: ''} as const
    await expect(host.apply(restart, signal)).rejects.toThrow('no program')
    await expect(host.apply({...restart, kind: 'start-gateway', node: gateway}, signal)).rejects.toThrow('no program')
    expect(await host.stateOf(server)).toMatchObject({digest: 'a digest', status: 'running'})
    expect(await host.stateOf(gateway)).toMatchObject({status: 'running'})
  })

  it('lets run what another version of Consul would take the place of', async () => {
    await start(server)
    const programs = () =>
      Promise.resolve({consul: {path: '/opt/consul', version: '1.8.7'}, fedctl: ['fedctl'] as [string]})
    const other = localHost(federation, programs, {clock: systemClock, env: {}, signal, talk: () => undefined})
    const restart = {host: 'local', kind: 'restart-agent', node: server, summary: ''} as const
    await expect(other.apply(restart, signal)).rejects.toMatchObject({code: 'consul.version-mismatch'})
    expect((await findProcess(localProcess(federation, server).pidFile))?.alive).toBe(true)
  })

  it('knows that something ran where a restart was broken off after its end', async () => {
    expect(await host.stateOf(server)).toEqual({status: 'never-started'})
    await start(server)
    const {logFile, pidFile} = localProcess(federation, server)
    await stopProcess(pidFile, {clock: systemClock, graceMs: 1000, name: server})
    await writeFile(logFile, 'its last words\n')
    expect(await host.stateOf(server)).toEqual({digest: 'a digest', status: 'dead', tail: ['its last words']})
  })
})
