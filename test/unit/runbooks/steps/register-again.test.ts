import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import {Secrets} from '../../../../src/federation/secrets.js'
import {manualHost} from '../../../../src/hosts/manual-host.js'
import type {RunbookContext} from '../../../../src/runbooks/context.js'
import {registerAgainStep} from '../../../../src/runbooks/steps/register-again.js'
import {systemClock} from '../../../../src/system/clock.js'
import {aFederation} from '../../../fixtures/federation.js'

describe('client agents and gateways that a person changes over', () => {
  let workspace: string

  beforeEach(async () => {
    workspace = await mkdtemp(join(tmpdir(), 'fedctl-clients-'))
  })

  afterEach(() => rm(workspace, {force: true, recursive: true}))

  const due = async (status: 'running' | 'unknown') => {
    const usual = aFederation()
    const federation = {
      ...usual,
      acl: {...usual.acl, enabled: false},
      tls: {...usual.tls, enabled: false},
      workspace,
    }
    const secrets = await Secrets.load(workspace)
    const ports = {clock: systemClock, env: {}, signal: new AbortController().signal, talk: () => undefined}
    const manual = manualHost({federation, fedctl: (command) => command, ports, secrets})
    const stateOf = async (node: string) => ({...(await manual.stateOf(node)), status})
    const context = {federation, hosts: {manual: {...manual, stateOf}}, ports, renderSecrets: secrets, secrets}
    const [, datacenter] = federation.datacenters
    return datacenter ? registerAgainStep(datacenter).changes(context as unknown as RunbookContext) : []
  }

  it('are waited for until the person says that it is done, since one that runs answers before and after', async () => {
    expect(await due('running')).toMatchObject([
      {kind: 'write-configuration'},
      {evenIfWell: true, kind: 'install-files'},
      {evenIfWell: true, kind: 'restart-agent'},
      {evenIfWell: true, kind: 'start-gateway', node: 'dc2/dc2-gw1'},
    ])
  })

  it('are left to the step that starts gateways where they do not run yet', async () => {
    expect(await due('unknown')).toMatchObject([{kind: 'write-configuration'}])
  })
})
