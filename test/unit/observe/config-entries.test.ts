import {expect, test} from 'vitest'

import {configEntriesQuestion} from '../../../src/observe/config-entries.js'
import {look, serversBehind, testWorkspace, valueOf} from './looking.js'
import {recordedConsul} from './recorded-consul.js'

const {read} = configEntriesQuestion('1.17.3')
const entry = {Kind: 'service-resolver', MeshGateway: {}, Name: 'web', Redirect: {Datacenter: 'dc2'}}

function digestOf(more: object): string | undefined {
  return read({entries: [{...entry, ...more}], intentions: []}).entries[0]?.digest
}

test.each([
  {CreateIndex: 4, ModifyIndex: 9},
  {Meta: null},
  {Expose: {Checks: false}},
  {Hash: 77, Status: {Conditions: ['x']}},
])('takes an entry for the same with %j', (more) => {
  expect(digestOf(more)).toBe(digestOf({}))
})

test('takes it for another one where its content differs', () => {
  expect(digestOf({Redirect: {Datacenter: 'dc3'}})).not.toBe(digestOf({}))
})

test('keeps nothing of a certificate with its private key but a digest that tells two of them apart', () => {
  const facts = (PrivateKey: string) =>
    read({
      entries: [{Certificate: 'c', Kind: 'inline-certificate', Name: 'site', PrivateKey}],
      intentions: [],
    })
  const {entries} = facts('the secret key')
  expect(entries).toEqual([
    {digest: expect.stringMatching(/^[\da-f]{16}$/) as unknown, kind: 'inline-certificate', name: 'site'},
  ])
  expect(facts('another key').entries).not.toEqual(entries)
})

test('keeps intentions of 1.8 by their names', () => {
  const intention = {Action: 'allow', CreateIndex: 4, DestinationName: 'db', ID: 'a', SourceName: 'web'}
  const {entries} = read({entries: [], intentions: [intention]})
  expect(entries).toMatchObject([{kind: 'service-intentions', name: 'web → db'}])
  expect(read({entries: [], intentions: [{...intention, ID: 'b'}]}).entries).toEqual(entries)
})

test.each([
  ['1.8.7', ['connect/intentions'], ['config/mesh', 'config/service-intentions']],
  ['1.9.0', ['config/service-intentions'], ['config/mesh', 'connect/intentions']],
  ['1.10.0', ['config/mesh', 'config/service-intentions'], ['config/api-gateway', 'connect/intentions']],
  [
    '1.15.10',
    ['config/api-gateway', 'config/http-route', 'config/inline-certificate', 'config/tcp-route'],
    ['config/exported-services', 'config/jwt-provider'],
  ],
  [
    '1.22.0',
    ['config/file-system-certificate', 'config/inline-certificate', 'config/jwt-provider'],
    [
      'config/bound-api-gateway',
      'config/control-plane-request-limit',
      'config/exported-services',
      'config/sameness-group',
    ],
  ],
])('asks %s for what it knows, and for nothing else', async (consul, asked, left) => {
  const [workspace, server] = [await testWorkspace(), await recordedConsul()]
  const behind = serversBehind(workspace.folder, [server.url])
  const federation = {...behind, datacenters: behind.datacenters.map((datacenter) => ({...datacenter, consul}))}
  const snapshot = await look(federation, workspace, {observations: ['config-entries']})
  expect(valueOf(snapshot.servers['dc2/dc2-s1']?.configEntries).meshGatewayMode).toBe('local')
  for (const path of asked) expect(server.requests).toContain(`GET /v1/${path}`)
  for (const path of left) expect(server.requests).not.toContain(`GET /v1/${path}`)
  await Promise.all([server.close(), workspace.remove()])
})
