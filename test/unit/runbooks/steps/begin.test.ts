import {createServer, type Server} from 'node:http'
import type {AddressInfo} from 'node:net'

import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import {ConsulClient} from '../../../../src/consul/client.js'
import type {RunbookContext} from '../../../../src/runbooks/context.js'
import type {OwnMove} from '../../../../src/runbooks/own-move.js'
import {beginStep} from '../../../../src/runbooks/steps/begin.js'
import {aDatacenter, aFederation} from '../../../fixtures/federation.js'

describe('the beginning of a move', () => {
  const entries = [{Kind: 'service-defaults', Name: 'web', Protocol: 'http'}]
  const holdings = {
    authMethods: [],
    bindingRules: [],
    entries,
    intentions: [],
    policies: [],
    roles: [],
    tokens: [],
  }
  let client: ConsulClient
  let now: object[]
  let server: Server

  beforeEach(async () => {
    now = entries
    server = createServer(({url}, response) => {
      if (url?.startsWith('/v1/config/service-defaults')) return response.end(JSON.stringify(now))
      return response.end(url?.startsWith('/v1/catalog/services') ? '{}' : '[]')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    client = new ConsulClient({url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`})
  })

  afterEach(async () => {
    await client.close()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })

  const begin = async ({hasBegun = false, isDryRun = false} = {}) => {
    const federation = {...aFederation(), acl: {...aFederation().acl, enabled: false}}
    const move = {
      adopt: false,
      hasBegun,
      held: {folder: '/export', holdings, index: {adopt: false, state: 'exported'}},
      own: [{client, datacenter: 'dc2', id: 'dc2/s1'}],
    }
    const context = {federation, isDryRun, ports: {signal: new AbortController().signal}}
    return beginStep(aDatacenter(2), move as unknown as OwnMove).changes(context as unknown as RunbookContext)
  }

  it('is noted where everything is as it was exported', async () => {
    expect(await begin()).toHaveLength(1)
  })

  it('is refused where something was made since, which would be in no file', async () => {
    now = [...entries, {Kind: 'service-defaults', Name: 'new', Protocol: 'tcp'}]
    await expect(begin()).rejects.toThrow('dc2 has changed since it was exported: config entry service-defaults/new')
  })

  it('asks nothing in a dry run, and where replication may have changed everything already', async () => {
    now = [{Kind: 'service-defaults', Name: 'new', Protocol: 'tcp'}]
    expect(await begin({isDryRun: true})).toHaveLength(1)
    expect(await begin({hasBegun: true})).toHaveLength(1)
  })
})
