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

test('asks with the management token of the workspace, and keeps no key', async () => {
  const [workspace, consul] = [await testWorkspace(), await recordedConsul()]
  const management = await workspace.credentials.secrets.token('management')
  const own = await workspace.credentials.secrets.gossipKey()
  const snapshot = await look(serversBehind(workspace.folder, [consul.url]), workspace, {observations: ['gossip-keys']})
  const {installed, primary} = valueOf(snapshot.servers['dc2/dc2-s1']?.gossipKeys)
  expect(consul.tokens).toEqual([management.secretId])
  expect([installed.length, primary]).toEqual([1, installed])
  expect(snapshot.gossipKey).toMatch(/^[\da-f]{12}$/)
  for (const secret of [key, own]) expect(JSON.stringify(snapshot)).not.toContain(secret)
  await Promise.all([consul.close(), workspace.remove()])
})
