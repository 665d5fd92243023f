import {once} from 'node:events'
import {mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {createServer, type Server, type Socket} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterAll, beforeAll, expect, test} from 'vitest'

import type {Credentials} from '../../src/consul/access.js'
import {ConsulClient} from '../../src/consul/client.js'
import type {Agent, Federation} from '../../src/federation/model.js'
import {Secrets} from '../../src/federation/secrets.js'
import {workspacePaths} from '../../src/federation/workspace.js'
import {observations} from '../../src/observe/observation.js'
import {observe} from '../../src/observe/observe.js'
import {type Observer, openObserver} from '../../src/observe/observer.js'
import {loadSnapshot, saveSnapshot} from '../../src/observe/saved-snapshot.js'
import type {Answer, ServerView, Snapshot} from '../../src/observe/snapshot.js'
import {probeTokenRoundtrip} from '../../src/observe/token-roundtrip.js'
import {systemClock} from '../../src/system/clock.js'
import {aDatacenter, aFederation, aGateway, aServer} from '../fixtures/federation.js'
import {issueWorkspace} from '../unit/observe/issued-workspace.js'
import {kindOf, testPorts, valueOf} from '../unit/observe/looking.js'
import {askConsul, type RunningAgent, startAgent} from './config-consul.js'

const verifierRules = `
operator = "read"
agent_prefix "" { policy = "read" }
node_prefix "" { policy = "read" }
service_prefix "" { policy = "read" }`

/** Two servers that live, joined as datacenters were before there were gateways, one that hangs, and one that is not there. */
let federation: Federation
let credentials: Credentials
let secrets: Secrets
/** Looks at the two servers that live. */
let observer: Observer
let hanging: Server
const held = new Set<Socket>()
const agents = new Map<string, RunningAgent>()

beforeAll(async () => {
  federation = federationIn(await mkdtemp(join(tmpdir(), 'fedctl-observe-')))
  secrets = await Secrets.load(federation.workspace)
  credentials = {env: {}, roles: ['verifier', 'management'], secrets}
  await issueWorkspace(federation)
  hanging = createServer((socket) => held.add(socket)).listen(8500, '127.144.1.2')
  await once(hanging, 'listening')
  for (const server of [serverOf('dc1', 0), serverOf('dc2', 0)]) {
    agents.set(server.id, await startAgent(await configure(server)))
  }
  observer = openObserver(withoutDeadServers(), credentials, testPorts())
  await createVerifier()
  await registerGateway()
})

afterAll(async () => {
  await observer.close()
  for (const socket of held) socket.destroy()
  hanging.close()
  await Promise.all([...agents.values()].map((agent) => agent.stop()))
  await rm(federation.workspace, {force: true, recursive: true})
})

function federationIn(workspace: string): Federation {
  const server = (datacenter: string, n: number) => {
    const address = `127.144.${datacenter.slice(2)}.${n}`
    return aServer(datacenter, `${datacenter}-s${n}`, address, {
      api: {token: {from: 'default'}, url: `http://${address}:8500`},
    })
  }
  const gateways = [aGateway('dc1', 'dc1-gw1', '127.144.1.21', 'dc1-s1', {wanAddress: '127.144.1.22'})]
  return aFederation({
    datacenters: [
      aDatacenter(1, {clients: [], consul: '1.8.7', gateways, servers: [server('dc1', 1), server('dc1', 2)]}),
      aDatacenter(2, {
        clients: [],
        consul: '1.8.7',
        gateways: [],
        primaryGateways: [],
        servers: [server('dc2', 1), server('dc2', 2)],
      }),
    ],
    via: 'wan-gossip',
    workspace,
  })
}

function withoutDeadServers(): Federation {
  const datacenters = federation.datacenters.map((datacenter) => ({
    ...datacenter,
    servers: datacenter.servers.slice(0, 1),
  }))
  return {...federation, datacenters}
}

function serverOf(datacenter: string, index: number): Agent {
  const found = federation.datacenters.find(({name}) => name === datacenter)?.servers[index]
  if (!found) throw new Error(`${datacenter} has no server ${index}`)
  return found
}

async function configure(server: Agent): Promise<string> {
  const folder = join(federation.workspace, 'agents', server.name)
  const paths = workspacePaths(federation.workspace)
  const management = (await secrets.token('management')).secretId
  await mkdir(join(folder, 'config'), {recursive: true})
  const config = {
    acl: {
      default_policy: 'deny',
      enable_token_replication: true,
      enabled: true,
      tokens: {agent: management, master: management, replication: management},
    },
    bind_addr: server.address,
    bootstrap_expect: 1,
    ca_file: federation.tls.caFile,
    cert_file: paths.certificate(server.datacenter, server.name),
    client_addr: server.address,
    connect: {enabled: true},
    data_dir: join(folder, 'data'),
    datacenter: server.datacenter,
    encrypt: await secrets.gossipKey(),
    key_file: paths.certificateKey(server.datacenter, server.name),
    node_name: server.name,
    performance: {raft_multiplier: 1},
    primary_datacenter: 'dc1',
    retry_interval_wan: '1s',
    retry_join_wan: [serverOf(server.datacenter === 'dc1' ? 'dc2' : 'dc1', 0).address],
    server: true,
    verify_incoming_rpc: true,
    verify_outgoing: true,
    verify_server_hostname: true,
  }
  await writeFile(join(folder, 'config', 'agent.json'), JSON.stringify(config))
  return join(folder, 'config')
}

async function createVerifier(): Promise<void> {
  await makeToken('verifier', verifierRules)
}

/** Makes a policy and a token of that name in the primary, with the secret that the workspace keeps. */
async function makeToken(name: string, rules: string): Promise<void> {
  const {accessorId, secretId} = await secrets.token(name)
  const management = (await secrets.token('management')).secretId
  const primary = serverOf('dc1', 0)
  const put = (path: string, body: object) => askConsul(`${primary.api.url}/v1/acl/${path}`, {body, token: management})
  const running = agents.get(primary.id)
  if (!running) throw new Error(`${primary.id} does not run`)
  await running.until(
    () => put('policy', {Name: name, Rules: rules}),
    () => true,
  )
  await put('token', {AccessorID: accessorId, Policies: [{Name: name}], SecretID: secretId})
}

async function registerGateway(): Promise<void> {
  const primary = serverOf('dc1', 0)
  const client = new ConsulClient({token: (await secrets.token('management')).secretId, url: primary.api.url})
  await client.request('/v1/agent/service/register', {
    body: {
      Address: '127.144.1.21',
      ID: 'dc1-gw1',
      Kind: 'mesh-gateway',
      Meta: {'consul-wan-federation': '1'},
      Name: 'mesh-gateway',
      Port: 8443,
      TaggedAddresses: {lan: {Address: '127.144.1.21', Port: 8443}, wan: {Address: '127.144.1.22', Port: 443}},
    },
    method: 'PUT',
  })
  await client.close()
}

function server(snapshot: Snapshot, id: string): ServerView {
  const found = snapshot.servers[id]
  if (!found) throw new Error(`${id} was not asked`)
  return found
}

/** What a server was asked over its API, by name; of other datacenters by theirs. */
function apiAnswers(view: ServerView): Record<string, Answer<unknown>> {
  const {
    certificateOnDisk: _disk,
    certificateOnWire: _wire,
    clockOffsetMs: _clock,
    filtered: _filtered,
    remote,
    ...own
  } = view
  const others = Object.entries(remote ?? {}).map(([name, {services}]) => [`services of ${name}`, services])
  return {...own, ...Object.fromEntries(others)} as Record<string, Answer<unknown>>
}

function kindsOf(view: ServerView): Set<string | undefined> {
  return new Set(Object.values(apiAnswers(view)).map((answer) => kindOf(answer)))
}

/** Looks at the servers that live until each reaches the other, and the secondary has what it takes over from the primary. */
async function federated(): Promise<void> {
  const state = async () => {
    const snapshot = await observer.observe(['acl-replication', 'ca-roots', 'remote-services', 'token'])
    const [primary, secondary] = [server(snapshot, 'dc1/dc1-s1'), server(snapshot, 'dc2/dc2-s1')]
    return {
      intermediate: secondary.caRoots?.ok && secondary.caRoots.value.intermediatesVerified === true,
      oneTrustDomain: Boolean(trustDomainOf(primary)) && trustDomainOf(primary) === trustDomainOf(secondary),
      replicated: secondary.aclReplication?.ok && secondary.aclReplication.value.lastSuccess !== undefined,
      there: kindOf(primary.remote?.dc2?.services),
      back: kindOf(secondary.remote?.dc1?.services),
      token: kindOf(secondary.token),
    }
  }
  await expect.poll(state, {interval: 250, timeout: 60_000}).toEqual({
    back: 'answered',
    intermediate: true,
    oneTrustDomain: true,
    replicated: true,
    there: 'answered',
    token: 'answered',
  })
}

function trustDomainOf({caRoots}: ServerView): string | undefined {
  return caRoots?.ok ? caRoots.value.trustDomain : undefined
}

test('sees a federation as it is, although one server hangs and one is gone', async () => {
  await federated()
  const snapshot = await observe(federation, {
    credentials,
    fedctlVersion: '0.1.0',
    observations,
    ports: testPorts(),
    timeouts: {requestMs: 2000},
  })

  const primary = server(snapshot, 'dc1/dc1-s1')
  const secondary = server(snapshot, 'dc2/dc2-s1')
  for (const view of [primary, secondary]) {
    expect(Object.keys(apiAnswers(view)).length).toBeGreaterThan(10)
    expect(kindsOf(view)).toEqual(new Set(['answered']))
    expect(Math.abs(view.clockOffsetMs ?? Infinity)).toBeLessThan(5000)
    expect(valueOf(view.configEntries)).toEqual({entries: []})
    expect(valueOf(view.gossipKeys)).toEqual({installed: [snapshot.gossipKey], primary: [snapshot.gossipKey]})
    expect(valueOf(view.anonymousRights)).toEqual([])
    expect(view.permissions).toEqual({ok: true, value: {agent: true, node: true, operator: true, service: true}})
    expect(view.certificateOnWire).toEqual(view.certificateOnDisk)
    expect(view.certificateOnWire).toMatchObject({value: {verifiedByCa: true}})
    expect(valueOf(view.token)).toMatchObject({policies: ['verifier']})
    expect(valueOf(view.wanMembers).map(({name, status}) => `${name} ${status}`)).toEqual(
      expect.arrayContaining(['dc1-s1.dc1 alive', 'dc2-s1.dc2 alive']),
    )
    expect(valueOf(view.agent)).toMatchObject({
      aclDefaultPolicy: 'deny',
      aclEnabled: true,
      connectEnabled: true,
      primaryDatacenter: 'dc1',
      tls: {ca: true, cert: true, verifyIncoming: true, verifyOutgoing: true, verifyServerHostname: true},
      tokenReplication: true,
    })
    expect(valueOf(view.caRoots).trustDomain).toBe(valueOf(primary.caRoots).trustDomain)
    expect(valueOf(view.leader)).toMatch(/^127\.144\.[12]\.1:8300$/)
  }
  expect(valueOf(secondary.aclReplication)).toMatchObject({enabled: true, replicationType: 'tokens', running: true})
  expect(valueOf(secondary.caRoots)).toMatchObject({intermediatesVerified: true})
  expect(valueOf(primary.gateways)).toMatchObject([{id: 'dc1-gw1', wan: {address: '127.144.1.22', port: 443}}])

  expect(kindsOf(server(snapshot, 'dc1/dc1-s2'))).toEqual(new Set(['timeout']))
  expect(kindsOf(server(snapshot, 'dc2/dc2-s2'))).toEqual(new Set(['unreachable']))
  expect(kindOf(server(snapshot, 'dc2/dc2-s2').certificateOnWire)).toBe('unreachable')
  expect(snapshot.paths.map(({result}) => kindOf(result))).toEqual(snapshot.paths.map(() => 'unreachable'))
})

test('sees the gateways that replication has brought to the secondary', async () => {
  await federated()
  const held = async () => {
    const snapshot = await observer.observe(['federation-states'])
    const states = [server(snapshot, 'dc1/dc1-s1'), server(snapshot, 'dc2/dc2-s1')].map(({federationStates}) =>
      valueOf(federationStates).find(({datacenter}) => datacenter === 'dc1'),
    )
    const [own, copy] = states
    return [own?.gateways.length, copy?.gateways[0]?.id, own && own.modifyIndex === copy?.primaryModifyIndex]
  }
  await expect.poll(held, {interval: 250, timeout: 60_000}).toEqual([1, 'dc1-gw1', true])
})

test('keeps every secret out of a saved snapshot', async () => {
  await federated()
  const snapshot = await observer.observe(observations)
  const path = join(federation.workspace, 'snapshot.json')
  await saveSnapshot(snapshot, path)
  const text = await readFile(path, 'utf8')
  expect(secrets.texts().length).toBeGreaterThan(2)
  for (const secret of secrets.texts()) expect(text.includes(secret)).toBe(false)
  expect(text).not.toContain('PRIVATE KEY')
  expect(await loadSnapshot(path)).toEqual(snapshot)
})

test('leaves nothing in the logs of servers whose certificates it looks at', async () => {
  await federated()
  const snapshot = await observer.observe(['certificates-on-wire'], {datacenters: ['dc2']})
  expect(kindOf(server(snapshot, 'dc2/dc2-s1').certificateOnWire)).toBe('answered')
  // A request over HTTP after the probe: what the probe left would stand in the log before this one is answered.
  await observer.observe(['leader'])
  const log = agents.get('dc2/dc2-s1')?.log() ?? ''
  expect(log).toContain('agent.server')
  expect(log.split('\n').filter((line) => /TLS handshake|yamux|multiplex/i.test(line))).toEqual([])
})

test('tells a token that may read nothing from a datacenter that has nothing', async () => {
  await federated()
  await makeToken('gateway', 'node "somebody" { policy = "read" }')
  const weak = openObserver(withoutDeadServers(), {...credentials, roles: ['gateway']}, testPorts())
  const snapshot = await weak.observe(['catalog-gateways', 'federation-states', 'token', 'wan-members'], {
    datacenters: ['dc1'],
  })
  await weak.close()
  const view = server(snapshot, 'dc1/dc1-s1')
  expect(valueOf(view.wanMembers)).toEqual([])
  expect(valueOf(view.gateways)).toEqual([])
  expect(kindOf(view.federationStates)).toBe('forbidden')
  expect(valueOf(view.permissions)).toEqual({agent: false, node: false, operator: false, service: false})
})

test('makes a token, sees it come and go in the secondary, and leaves nothing behind', async () => {
  await federated()
  const {made, removed, servers} = await probeTokenRoundtrip(withoutDeadServers(), credentials, testPorts())
  expect([kindOf(made), valueOf(removed)]).toEqual(['answered', true])
  expect(valueOf(servers['dc2/dc2-s1']?.known)).toBeGreaterThanOrEqual(0)
  expect(valueOf(servers['dc2/dc2-s1']?.gone)).toBeGreaterThanOrEqual(0)
  expect(await probeTokens()).toEqual([])
})

test('removes that token also where the run is cancelled', async () => {
  await federated()
  const controller = new AbortController()
  let looks = 0
  const clock = {
    ...systemClock,
    // The second look at the clock comes when the token has been made.
    monotonicMs() {
      looks += 1
      if (looks === 2) controller.abort(new Error('cancelled by the operator'))
      return systemClock.monotonicMs()
    },
  }
  const probing = probeTokenRoundtrip(withoutDeadServers(), credentials, testPorts({clock, signal: controller.signal}))
  await expect(probing).rejects.toThrow('cancelled by the operator')
  expect(looks).toBeGreaterThan(1)
  expect(await probeTokens()).toEqual([])
})

async function probeTokens(): Promise<unknown[]> {
  const {secretId} = await secrets.token('management')
  const client = new ConsulClient({token: secretId, url: serverOf('dc1', 0).api.url})
  const tokens = await client.request<{Description: string}[]>('/v1/acl/tokens')
  await client.close()
  return tokens.filter(({Description}) => Description.includes('probe'))
}

test('sees from the other side that a datacenter is gone', async () => {
  await federated()
  await agents.get('dc1/dc1-s1')?.stop()
  const gone = async () => {
    const snapshot = await observer.observe(['leader', 'remote-services'])
    const {leader, remote} = server(snapshot, 'dc2/dc2-s1')
    return [kindOf(server(snapshot, 'dc1/dc1-s1').leader), kindOf(leader), kindOf(remote?.dc1?.services) === 'answered']
  }
  await expect.poll(gone, {interval: 250, timeout: 60_000}).toEqual(['unreachable', 'answered', false])
})
