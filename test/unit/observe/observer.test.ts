import {afterEach, beforeEach, expect, test} from 'vitest'

import {type Observer, openObserver} from '../../../src/observe/observer.js'
import {kindOf, serversBehind, testPorts, type TestWorkspace, testWorkspace, verifierToken} from './looking.js'
import {type RecordedConsul, recordedConsul} from './recorded-consul.js'

let workspace: TestWorkspace
let server: RecordedConsul
let observer: Observer

beforeEach(async () => {
  workspace = await testWorkspace()
  server = await recordedConsul()
  const federation = serversBehind(workspace.folder, [server.url])
  observer = openObserver(federation, workspace.credentials, testPorts())
})

afterEach(async () => {
  await observer.close()
  await server.close()
  await workspace.remove()
})

test('asks again in each round', async () => {
  await observer.observe(['leader'])
  await observer.observe(['leader'])
  expect(server.requests).toEqual(['GET /v1/status/leader', 'GET /v1/status/leader'])
})

test('is not misled by a kept connection that the agent has closed meanwhile', async () => {
  for (let round = 0; round < 5; round++) {
    const snapshot = await observer.observe(['agent', 'leader', 'wan-members'])
    const {agent, leader, wanMembers} = snapshot.servers['dc2/dc2-s1'] ?? {}
    expect([agent, leader, wanMembers].map((answer) => kindOf(answer))).toEqual(['answered', 'answered', 'answered'])
    server.dropConnections()
  }
})

test('sends a token that was made after the first round', async () => {
  await observer.observe(['leader'])
  const later = {accessorId: verifierToken.accessorId, secretId: '0d1b6b53-5f0e-4d2e-9a52-0f4f5d3b1a03'}
  await workspace.credentials.secrets.keepToken('verifier', later)
  await observer.observe(['leader'])
  expect(server.tokens).toEqual([verifierToken.secretId, later.secretId])
})
