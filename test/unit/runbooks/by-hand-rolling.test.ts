import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import {planRender, writeRendered} from '../../../src/config/render-plan.js'
import type {Federation} from '../../../src/federation/model.js'
import {Secrets} from '../../../src/federation/secrets.js'
import {manualHost} from '../../../src/hosts/manual-host.js'
import type {RunbookContext} from '../../../src/runbooks/context.js'
import {startServersStep} from '../../../src/runbooks/steps/agents.js'
import {loadCertificatesStep} from '../../../src/runbooks/steps/load-certificates.js'
import {rollingChanges} from '../../../src/runbooks/steps/rolling.js'
import {systemClock} from '../../../src/system/clock.js'
import {aFederation} from '../../fixtures/federation.js'

describe('servers that a person moves to mesh gateways', () => {
  let workspace: string
  let after: Federation
  let before: Federation
  let context: RunbookContext

  beforeEach(async () => {
    workspace = await mkdtemp(join(tmpdir(), 'fedctl-by-hand-'))
    after = aFederation({tls: {...aFederation().tls, enabled: false}, workspace})
    before = {...after, via: 'wan-gossip'}
    const secrets = await Secrets.load(workspace)
    const ports = {clock: systemClock, env: {}, signal: new AbortController().signal, talk: () => undefined}
    const manual = manualHost({federation: after, fedctl: (command) => command, ports, secrets})
    const running = {...manual, stateOf: async (node: string) => ({...(await manual.stateOf(node)), status: 'running'})}
    context = {federation: after, hosts: {manual: running}, ports, renderSecrets: secrets} as unknown as RunbookContext
  })

  afterEach(() => rm(workspace, {force: true, recursive: true}))

  const servers = () => after.datacenters[1]?.servers ?? []
  const handOver = async (federation: Federation) => {
    await writeRendered(await planRender(federation, context.renderSecrets, {dc: 'dc2'}))
    for (const {id} of servers()) {
      const change = {host: 'manual', kind: 'install-files', node: id, summary: ''} as const
      await context.hosts.manual.apply(change, context.ports.signal)
    }
  }
  const rolling = async () => (await rollingChanges(context, servers())).map(({kind}) => kind)

  it('are to be installed anew and restarted after they were given their certificates with the old configuration', async () => {
    await handOver(before)
    expect(await loadCertificatesStep(before, after.datacenters.slice(1)).changes(context)).toEqual([])
    expect(await rolling()).toEqual(['write-configuration', 'install-files', 'restart-agent'])
  })

  it('have nothing to do where they were given the new one', async () => {
    await handOver(after)
    expect(await rolling()).toEqual([])
  })

  it('are not taken for installed because somebody rendered their files, where they are to be started', async () => {
    const [, datacenter] = after.datacenters
    const start = async () => (datacenter ? startServersStep(datacenter, [], 'a test').changes(context) : [])
    const due = [
      {evenIfWell: true, kind: 'install-files'},
      {evenIfWell: true, kind: 'restart-agent'},
    ]
    expect(await start()).toMatchObject(due)
    await writeRendered(await planRender(after, context.renderSecrets, {dc: 'dc2'}))
    expect(await start()).toMatchObject(due)
    await handOver(after)
    expect(await start()).toEqual([])
  })

  it('are to be installed anew where other files lay there since', async () => {
    await handOver(after)
    await writeRendered(await planRender(before, context.renderSecrets, {dc: 'dc2'}))
    expect(await rolling()).toEqual(['write-configuration', 'install-files', 'restart-agent'])
  })
})
