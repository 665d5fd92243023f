import {afterEach, beforeEach, expect, test} from 'vitest'

import {aClient, aDatacenter, aFederation, aGateway} from '../../fixtures/federation.js'
import {kindOf, look, type TestWorkspace, testWorkspace, valueOf} from './looking.js'
import {type RecordedConsul, recordedConsul} from './recorded-consul.js'

const serverInfo = {state: 'LIVE', version: '8bb3e2e/1.18.4/Clean/RELEASE/BoringSSL'}

let workspace: TestWorkspace
let consul: RecordedConsul
let envoy: RecordedConsul

beforeEach(async () => {
  workspace = await testWorkspace()
  consul = await recordedConsul()
  envoy = await recordedConsul({'GET /server_info': {json: serverInfo}})
})

afterEach(async () => {
  await Promise.all([consul.close(), envoy.close()])
  await workspace.remove()
})

test('asks the Envoys that the federation file names, and the agents beside them', async () => {
  const {host} = new URL(envoy.url)
  const client = aClient('dc1', 'dc1-c1', '127.44.1.11', {api: {token: {from: 'default'}, url: consul.url}})
  const federation = aFederation({
    datacenters: [
      aDatacenter(1, {
        clients: [client, aClient('dc1', 'dc1-c2', '127.44.1.12')],
        gateways: [
          aGateway('dc1', 'dc1-gw1', '127.44.1.21', 'dc1-c1', {envoyAdmin: host}),
          aGateway('dc1', 'dc1-gw2', '127.44.1.22', 'dc1-c2'),
          aGateway('dc1', 'dc1-gw3', '127.44.1.23', 'dc1-c1', {envoyAdmin: '127.44.7.99:9'}),
        ],
        servers: [],
      }),
    ],
    workspace: workspace.folder,
  })
  const {clients, envoys} = await look(federation, workspace, {observations: ['envoys']})
  expect(valueOf(envoys['dc1/dc1-gw1'])).toBe('1.18.4')
  expect(kindOf(envoys['dc1/dc1-gw3'])).toBe('unreachable')
  expect(Object.keys(envoys)).toEqual(['dc1/dc1-gw1', 'dc1/dc1-gw3'])
  expect(Object.keys(clients ?? {})).toEqual(['dc1/dc1-c1'])
  expect(valueOf(clients?.['dc1/dc1-c1']?.agent).version).toBe('1.8.7')
  expect(envoy.tokens).toEqual([''])
})
