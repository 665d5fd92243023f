import {expect, test} from 'vitest'

import {gossipKeyDigest} from '../../../src/observe/gossip-keys.js'
import {valueOf, look, serversBehind, testWorkspace} from './looking.js'
import {recordedConsul} from './recorded-consul.js'

const key = 'bm90IGEgc2VjcmV0LCBhIGtleSBmb3IgdGVzdHMhISE='

test('tells keys apart within one observer, and not between two', () => {
  expect(gossipKeyDigest(key, 'a')).toBe(gossipKeyDigest(key, 'a'))
  expect(gossipKeyDigest(key, 'a')).not.toBe(gossipKeyDigest('other', 'a'))
  expect(gossipKeyDigest(key, 'a')).not.toBe(gossipKeyDigest(key, 'b'))
})

test('tells the WAN ring from the LAN rings of all datacenters, and has no answer where Consul could not ask all of them', async () => {
  const ring = (WAN: boolean, Datacenter: string, name: string) => ({
    Datacenter,
    Keys: {[name]: 1},
    NumNodes: 1,
    PrimaryKeys: {[name]: 1},
    WAN,
  })
  const workspace = await testWorkspace()
  const other = Buffer.alloc(32, 'o').toString('base64')
  const whole = await recordedConsul({
    'GET /v1/operator/keyring': {json: [ring(true, 'dc2', other), ring(false, 'dc2', key), ring(false, 'dc1', key)]},
  })
  const half = await recordedConsul({
    'GET /v1/operator/keyring': {status: 500, text: '1 error occurred:\n\t* WAN error: 1/2 nodes reported success'},
  })
  const snapshot = await look(serversBehind(workspace.folder, [whole.url, half.url]), workspace, {
    observations: ['gossip-keys'],
  })
  const [first, second] = ['dc2/dc2-s1', 'dc2/dc2-s2'].map((id) => snapshot.servers[id])
  const lan = valueOf(first?.gossipKeys)
  expect(valueOf(second?.gossipKeys)).toEqual(lan)
  expect(valueOf(first?.wanGossipKeys).primary).not.toEqual(lan.primary)
  expect(second?.wanGossipKeys).toMatchObject({failure: {kind: 'refused'}, ok: false})
  await Promise.all([whole.close(), half.close(), workspace.remove()])
})

test('asks with the management token of the workspace, and keeps no key', async () => {
  const [workspace, consul] = [await testWorkspace(), await recordedConsul()]
  const management = await workspace.credentials.secrets.token('management')
  const own = await workspace.credentials.secrets.gossipKey()
  const snapshot = await look(serversBehind(workspace.folder, [consul.url]), workspace, {observations: ['gossip-keys']})
  const {installed, primary} = valueOf(snapshot.servers['dc2/dc2-s1']?.gossipKeys)
  expect(consul.tokens).toEqual([management.secretId, management.secretId])
  expect(snapshot.servers['dc2/dc2-s1']?.wanGossipKeys).toEqual(snapshot.servers['dc2/dc2-s1']?.gossipKeys)
  expect([installed.length, primary]).toEqual([1, installed])
  expect(snapshot.gossipKey).toMatch(/^[\da-f]{12}$/)
  for (const secret of [key, own]) expect(JSON.stringify(snapshot)).not.toContain(secret)
  await Promise.all([consul.close(), workspace.remove()])
})
