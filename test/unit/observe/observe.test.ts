import {afterEach, beforeEach, expect, test} from 'vitest'

import {observations} from '../../../src/observe/observation.js'
import {aDatacenter} from '../../fixtures/federation.js'
import {
  kindOf,
  look,
  serversBehind,
  testPorts,
  type TestWorkspace,
  testWorkspace,
  valueOf,
  verifierToken,
} from './looking.js'
import {recorded, type RecordedConsul, recordedConsul, type Reply} from './recorded-consul.js'

let workspace: TestWorkspace
const running: RecordedConsul[] = []

beforeEach(async () => {
  workspace = await testWorkspace()
})

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()))
  await workspace.remove()
})

async function consul(replies?: Record<string, Reply>): Promise<RecordedConsul> {
  const server = await recordedConsul(replies)
  running.push(server)
  return server
}

test('reads what Consul 1.8.7 answers for every observation', async () => {
  const {url} = await consul()
  const snapshot = await look(serversBehind(workspace.folder, [url]), workspace, {observations})
  const {certificateOnDisk, certificateOnWire, ...server} = snapshot.servers['dc2/dc2-s1'] ?? {}

  expect(server).toMatchObject({
    aclReplication: {
      value: {
        enabled: true,
        lastSuccess: expect.stringMatching(/^2026-/) as unknown,
        replicationType: 'tokens',
        running: true,
        sourceDatacenter: 'dc1',
      },
    },
    agent: {
      value: {
        aclDefaultPolicy: 'deny',
        aclDownPolicy: 'extend-cache',
        aclEnabled: true,
        connectEnabled: true,
        datacenter: 'dc2',
        domain: 'consul',
        meshGatewayFederation: false,
        nodeName: 'dc2-s1',
        primaryDatacenter: 'dc1',
        primaryGateways: [],
        retryJoinWan: ['127.44.1.1'],
        server: true,
        tls: {ca: true, cert: true, verifyIncoming: true, verifyOutgoing: true, verifyServerHostname: true},
        tokenReplication: true,
        version: '1.8.7',
      },
    },
    anonymousRights: {ok: true},
    autopilot: {value: {failureTolerance: 0, healthy: true, stableSince: '2026-11-20T07:59:05Z'}},
    configEntries: {
      value: {
        entries: [{digest: expect.stringMatching(/^[\da-f]{16}$/) as unknown, kind: 'proxy-defaults', name: 'global'}],
        meshGatewayMode: 'local',
      },
    },
    caRoots: {value: {intermediatesVerified: true, trustDomain: expect.stringMatching(/\.consul$/) as unknown}},
    leader: {value: '127.44.2.1:8300'},
    permissions: {value: {agent: true, node: true, operator: true, service: true}},
    remote: {dc1: {leader: {failure: {message: 'not asked'}}, services: {ok: true}}},
    token: {value: {policies: ['global-management']}},
  })
  expect(valueOf(server.aclReplication)).not.toHaveProperty('lastError')
  expect(valueOf(server.caRoots).intermediates).toHaveLength(1)
  expect(valueOf(server.remote?.dc1?.services)).toBeGreaterThan(0)
  expect(valueOf(server.wanMembers).map(({name, status}) => `${name} ${status}`)).toEqual(
    expect.arrayContaining(['dc1-s1.dc1 alive', 'dc1-s2.dc1 left', 'dc2-s1.dc2 alive']),
  )
  expect(valueOf(server.lanMembers)).toEqual([
    expect.objectContaining({build: '1.8.7', datacenter: 'dc2', name: 'dc2-s1', role: 'consul', status: 'alive'}),
  ])
  const gateway = {
    address: '127.44.1.21',
    exposesServers: true,
    id: 'dc1-gw1',
    node: 'dc1-s1',
    port: 8443,
    service: 'mesh-gateway',
    wan: {address: '127.44.1.22', port: 443},
  }
  expect(valueOf(server.gateways)).toMatchObject([gateway])
  expect(valueOf(server.federationStates)).toMatchObject([
    {datacenter: 'dc1', gateways: [gateway]},
    {datacenter: 'dc2', gateways: []},
  ])
  expect(server.filtered).toBeUndefined()
  expect(kindOf(certificateOnDisk)).toBe('not-found')
  expect(kindOf(certificateOnWire)).toBe('not-found')
  expect(snapshot.pathsSkipped).toContain('there is no')
})

test('asks only what is named, and each thing once', async () => {
  const server = await consul()
  const federation = serversBehind(workspace.folder, [server.url])
  await look(federation, workspace, {observations: ['leader', 'federation-states', 'remote-leader']})
  expect(server.requests.sort()).toEqual([
    'GET /v1/internal/federation-states?stale=',
    'GET /v1/status/leader',
    'GET /v1/status/leader?dc=dc1',
  ])

  server.requests.length = 0
  const all = await look(federation, workspace, {observations})
  const others = server.requests.filter((request) => !request.includes('/acl/authorize'))
  expect(new Set(others).size).toBe(others.length)
  expect(all.servers['dc2/dc2-s1']?.leader).toBeDefined()
})

test('leaves out of the snapshot what was not asked', async () => {
  const {url} = await consul()
  const snapshot = await look(serversBehind(workspace.folder, [url]), workspace, {observations: ['clock']})
  expect(Object.keys(snapshot.servers['dc2/dc2-s1'] ?? {})).toEqual(['clockOffsetMs'])
  expect(snapshot).toMatchObject({envoys: {}, fedctlVersion: '0.1.0', paths: [], schemaVersion: 1})
})

test('sends the verifier token, and the management token where there is no other', async () => {
  const server = await consul()
  const federation = serversBehind(workspace.folder, [server.url])
  await look(federation, workspace, {observations: ['leader']})
  const {secrets} = workspace.credentials
  const management = await secrets.token('management')
  await look(federation, workspace, {
    credentials: {env: {}, roles: ['gateway', 'management'], secrets},
    observations: ['leader'],
  })
  expect(server.tokens).toEqual([verifierToken.secretId, management.secretId])
})

test.each<[string, Reply, string, RegExp]>([
  ['403 is forbidden', {status: 403, text: 'Permission denied'}, 'forbidden', /403 Permission denied$/],
  ['404 is not found', {status: 404, text: 'Invalid URL path'}, 'not-found', /404 Invalid URL path$/],
  [
    '500 is refused, with what Consul says',
    {status: 500, text: 'No cluster leader'},
    'refused',
    /500 No cluster leader$/,
  ],
  ['an answer that is no JSON is malformed', {status: 200, text: '<html>'}, 'malformed', /the answer is not JSON$/],
  ['JSON of another shape is malformed', {json: {hello: 1}}, 'malformed', /another shape than expected/],
  ['JSON with a wrong field is malformed', {json: [{Tags: {}}]}, 'malformed', /\(0\.address: .+\)$/],
  ['no answer is a time-out', {does: 'hang'}, 'timeout', /no answer in time$/],
  ['a connection that breaks is unreachable', {does: 'reset'}, 'unreachable', /./],
])('%s, and does not stop other questions', async (_title, reply, kind, message) => {
  const {url} = await consul({'GET /v1/agent/members': reply})
  const federation = serversBehind(workspace.folder, [url])
  const snapshot = await look(federation, workspace, {observations: ['lan-members', 'leader', 'wan-members', 'agent']})
  const server = snapshot.servers['dc2/dc2-s1'] ?? {}
  const {lanMembers} = server
  expect(lanMembers).toMatchObject({failure: {kind, message: expect.stringMatching(message) as unknown}, ok: false})
  expect([server.leader, server.wanMembers, server.agent].map((answer) => kindOf(answer))).toEqual(
    Array.from({length: 3}, () => 'answered'),
  )
})

test('reads the health that autopilot gives with status 429', async () => {
  const unhealthy = await recorded('autopilot-health-429.json')
  const {url} = await consul({'GET /v1/operator/autopilot/health': {json: unhealthy, status: 429}})
  const snapshot = await look(serversBehind(workspace.folder, [url]), workspace, {observations: ['autopilot']})
  expect(valueOf(snapshot.servers['dc2/dc2-s1']?.autopilot)).toEqual({failureTolerance: 0, healthy: false})
})

test('asks a server that hangs one question only, and the others everything', async () => {
  const [hanging, healthy] = [await consul({'*': {does: 'hang'}}), await consul()]
  const federation = serversBehind(workspace.folder, [hanging.url, healthy.url])
  const snapshot = await look(federation, workspace, {observations})
  const {certificateOnDisk, certificateOnWire, ...answers} = snapshot.servers['dc2/dc2-s1'] ?? {}
  const {remote, ...rest} = answers
  expect(hanging.requests).toEqual(['GET /v1/status/leader'])
  expect(Object.keys(rest).length).toBeGreaterThan(8)
  for (const answer of Object.values(rest)) expect(answer).toMatchObject({failure: {kind: 'timeout'}, ok: false})
  expect(kindOf(remote?.dc1?.services)).toBe('timeout')
  expect(kindOf(snapshot.servers['dc2/dc2-s2']?.agent)).toBe('answered')
  expect([kindOf(certificateOnDisk), kindOf(certificateOnWire)]).toEqual(['not-found', 'not-found'])
})

test('tells a server without a listener from one that does not answer', async () => {
  const gone = await recordedConsul()
  await gone.close()
  const snapshot = await look(serversBehind(workspace.folder, [gone.url]), workspace, {
    observations: ['agent', 'token'],
  })
  const {agent, token} = snapshot.servers['dc2/dc2-s1'] ?? {}
  expect(kindOf(agent)).toBe('unreachable')
  expect(token).toEqual(agent)
})

test('does not take a datacenter that is silent for a dead server', async () => {
  const server = await consul({'GET /v1/catalog/services?dc=dc1': {does: 'hang'}})
  const snapshot = await look(serversBehind(workspace.folder, [server.url]), workspace, {
    observations: ['remote-leader', 'remote-services', 'federation-states'],
  })
  const {federationStates, remote} = snapshot.servers['dc2/dc2-s1'] ?? {}
  expect([kindOf(remote?.dc1?.services), kindOf(federationStates)]).toEqual(['timeout', 'answered'])
})

test('asks who leads another datacenter where the token may hide its services', async () => {
  const asked = async (services: object) => {
    const server = await consul({
      'GET /v1/catalog/services?dc=dc1': {json: services},
      'GET /v1/status/leader?dc=dc1': {json: '127.44.1.1:8300'},
    })
    await look(serversBehind(workspace.folder, [server.url]), workspace, {
      observations: ['remote-leader', 'remote-services'],
    })
    return server.requests.includes('GET /v1/status/leader?dc=dc1')
  }
  expect([await asked({}), await asked({consul: []})]).toEqual([true, false])
})

test('takes a refusal for a sign of life: what hangs afterwards is one question', async () => {
  const silent = Array.from({length: 6}, (_, index) => `dc${index + 3}`)
  const hanging = Object.fromEntries(
    silent.map((name) => [`GET /v1/status/leader?dc=${name}`, {does: 'hang'} as const]),
  )
  const {url} = await consul({
    ...hanging,
    'GET /v1/agent/members?wan=1': {does: 'hang'},
    'GET /v1/agent/self': {status: 403, text: 'Permission denied'},
    'GET /v1/status/leader?dc=dc9': {json: '127.44.9.1:8300'},
  })
  const federation = serversBehind(workspace.folder, [url])
  const others = [...silent, 'dc9'].map((name, index) => aDatacenter(index + 3, {gateways: [], name, servers: []}))
  const [, secondary] = federation.datacenters
  if (!secondary) throw new Error('there is no second datacenter')
  const snapshot = await look({...federation, datacenters: [secondary, ...others]}, workspace, {
    observations: ['agent', 'remote-leader', 'wan-members'],
  })
  const {agent, remote, wanMembers} = snapshot.servers['dc2/dc2-s1'] ?? {}
  expect([agent, wanMembers, remote?.dc3?.leader].map((answer) => kindOf(answer))).toEqual([
    'forbidden',
    'timeout',
    'timeout',
  ])
  expect(remote?.dc9?.leader).toEqual({ok: true, value: '127.44.9.1:8300'})
})

test('passes on what Consul says about a datacenter that it cannot reach', async () => {
  const {url} = await consul({'GET /v1/status/leader?dc=dc1': {status: 500, text: 'No path to datacenter'}})
  const snapshot = await look(serversBehind(workspace.folder, [url]), workspace, {observations: ['remote-leader']})
  const {leader, services} = snapshot.servers['dc2/dc2-s1']?.remote?.dc1 ?? {}
  expect(leader).toMatchObject({failure: {kind: 'refused', message: expect.stringMatching(/500 No path/) as unknown}})
  expect(services).toEqual({failure: {kind: 'not-found', message: 'not asked'}, ok: false})
})

test('says which answers Consul has shortened for want of a permission', async () => {
  const shortened = {headers: {'x-consul-results-filtered-by-acls': 'true'}, json: []}
  const {url} = await consul({
    'GET /v1/agent/members?wan=1': shortened,
    'GET /v1/health/service/mesh-gateway': shortened,
  })
  const snapshot = await look(serversBehind(workspace.folder, [url]), workspace, {
    observations: ['agent', 'catalog-gateways', 'wan-members'],
  })
  expect(snapshot.servers['dc2/dc2-s1']?.filtered).toEqual(['catalog-gateways', 'wan-members'])
})

test('says what the token may not read', async () => {
  const allowed = (await recorded('acl-authorize.json')) as {Allow: boolean; Resource: string}[]
  const json = allowed.map((answer) => ({...answer, Allow: answer.Resource !== 'operator'}))
  const {url} = await consul({'POST /v1/internal/acl/authorize': {json}})
  const snapshot = await look(serversBehind(workspace.folder, [url]), workspace, {observations: ['token']})
  const {permissions} = snapshot.servers['dc2/dc2-s1'] ?? {}
  expect(valueOf(permissions)).toEqual({agent: true, node: true, operator: false, service: true})
})

test('keeps the token out of the snapshot where a server says it back', async () => {
  const echo = {status: 500, text: `no such token: ${verifierToken.secretId}`}
  const {url} = await consul({'GET /v1/agent/self': echo})
  const snapshot = await look(serversBehind(workspace.folder, [url]), workspace, {observations: ['agent']})
  const text = JSON.stringify(snapshot)
  expect(text).toContain('no such token: <redacted>')
  expect(text).not.toContain(verifierToken.secretId)
})

test('takes the clock of a server from the first answer', async () => {
  const now = Date.parse('2026-11-20T10:00:00.000Z')
  const headers = {date: new Date(now + 90_000).toUTCString()}
  const {url} = await consul({'GET /v1/status/leader': {headers, json: ''}})
  const snapshot = await look(serversBehind(workspace.folder, [url]), workspace, {
    observations: ['clock'],
    ports: testPorts({clock: {monotonicMs: () => 0, now: () => new Date(now), sleep: () => Promise.resolve()}}),
  })
  expect(snapshot.startedAt).toBe('2026-11-20T10:00:00.000Z')
  expect(snapshot.servers['dc2/dc2-s1']?.clockOffsetMs).toBe(90_500)
})

test('fails the questions to a server whose token file cannot be read, and no others', async () => {
  const [first, second] = [await consul(), await consul()]
  const federation = serversBehind(workspace.folder, [first.url, second.url])
  const servers = federation.datacenters[1]?.servers ?? []
  const [one, ...others] = servers
  if (!one) throw new Error('there is no server')
  const token = {from: 'file', path: `${workspace.folder}/missing`} as const
  const broken = {...one, api: {...one.api, token}}
  const [primary, secondary] = federation.datacenters
  if (!primary || !secondary) throw new Error('there are no datacenters')
  const datacenters = [primary, {...secondary, servers: [broken, ...others]}]
  const snapshot = await look({...federation, datacenters}, workspace, {observations: ['agent']})
  expect(snapshot.servers['dc2/dc2-s1']?.agent).toMatchObject({
    failure: {kind: 'unreachable', message: expect.stringMatching(/missing: there is no such file$/) as unknown},
  })
  expect(first.requests).toEqual([])
  expect(kindOf(snapshot.servers['dc2/dc2-s2']?.agent)).toBe('answered')
})

test('ends with the time for all questions, with what is known by then', async () => {
  const [slow, healthy] = [await consul({'*': {does: 'hang'}}), await consul()]
  const snapshot = await look(serversBehind(workspace.folder, [slow.url, healthy.url]), workspace, {
    observations: ['agent', 'token'],
    timeouts: {overallMs: 300, requestMs: 60_000},
  })
  const message = 'no answer before the time for all questions together was over'
  expect(snapshot.servers['dc2/dc2-s1']?.agent).toEqual({failure: {kind: 'timeout', message}, ok: false})
  expect(kindOf(snapshot.servers['dc2/dc2-s1']?.token)).toBe('timeout')
  expect(kindOf(snapshot.servers['dc2/dc2-s2']?.token)).toBe('answered')
})

test('stops when it is cancelled', async () => {
  const server = await consul({'*': {does: 'hang'}})
  const controller = new AbortController()
  const looking = look(serversBehind(workspace.folder, [server.url]), workspace, {
    observations,
    ports: testPorts({signal: controller.signal}),
    timeouts: {requestMs: 60_000},
  })
  await expect.poll(() => server.requests.length).toBe(1)
  controller.abort(new Error('cancelled by the operator'))
  await expect(looking).rejects.toThrow('cancelled by the operator')
})

test('asks only servers of the datacenters in scope, and about these', async () => {
  const {requests, url} = await consul()
  const federation = serversBehind(workspace.folder, [url])
  const scoped = await look(federation, workspace, {observations: ['remote-leader'], scope: {datacenters: ['dc2']}})
  expect(scoped.servers['dc2/dc2-s1']?.remote).toEqual({})
  const other = await look(federation, workspace, {observations: ['leader'], scope: {datacenters: ['dc1']}})
  expect(other.servers).toEqual({})
  expect(requests).toEqual([])
  const unknown = look(federation, workspace, {observations: ['leader'], scope: {datacenters: ['dc9']}})
  await expect(unknown).rejects.toThrow(/no datacenter is named "dc9"/)
})
