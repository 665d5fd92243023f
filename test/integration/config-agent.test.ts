import {randomUUID} from 'node:crypto'
import {mkdtemp, readFile, rm} from 'node:fs/promises'
import {connect} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {Agent as HttpAgent} from 'undici'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'

import {nodeLayout} from '../../src/config/node-layout.js'
import {planRender, writeRendered} from '../../src/config/render-plan.js'
import type {Agent, Federation} from '../../src/federation/model.js'
import {Secrets} from '../../src/federation/secrets.js'
import {workspacePaths} from '../../src/federation/workspace.js'
import {supports} from '../../src/versions/features.js'
import {aClient, aDatacenter, aFederation, aServer, standardPorts} from '../fixtures/federation.js'
import {askConsul, installedConsul, issueWithConsul, type RunningAgent, startAgent} from './config-consul.js'

const serverAddress = '127.141.1.1'
const clientAddress = '127.141.1.11'
const api = `http://${serverAddress}:8500`

let federation: Federation
let secrets: Secrets
let server: Agent
let client: Agent
const running: RunningAgent[] = []

beforeAll(async () => {
  const {version} = await installedConsul()
  const workspace = await mkdtemp(join(tmpdir(), 'fedctl-agent-'))
  server = aServer('dc1', 'dc1-s1', serverAddress, {host: 'local', ports: standardPorts})
  client = aClient('dc1', 'dc1-c1', clientAddress, {host: 'local'})
  federation = aFederation({
    agent: {logLevel: 'info', raftMultiplier: 1, retryInterval: '1s', translateWanAddrs: false},
    datacenters: [aDatacenter(1, {clients: [client], consul: version, servers: [server]})],
    meshGatewayMode: 'local',
    workspace,
  })
  secrets = await Secrets.load(workspace)
  await issueWithConsul(federation)
})

afterAll(async () => {
  await Promise.all(running.map((agent) => agent.stop()))
  await rm(federation.workspace, {force: true, recursive: true})
})

async function start(agent: Agent): Promise<RunningAgent> {
  const started = await startAgent(nodeLayout(federation, agent).configDir)
  running.push(started)
  return started
}

/** Makes the chosen management token valid, in the way that the installed version has. */
async function bootstrapAcls(agent: RunningAgent): Promise<string> {
  const {version} = await installedConsul()
  const {secretId} = await secrets.token('management')
  if (supports(version, 'bootstrap-secret')) {
    await agent.until(
      () => askConsul(`${api}/v1/acl/bootstrap`, {body: {BootstrapSecret: secretId}}),
      () => true,
    )
  }
  await agent.until(
    () => askConsul(`${api}/v1/acl/token/self`, {token: secretId}),
    () => true,
  )
  return secretId
}

/** The token of an agent, as its configuration has it since before Consul knew it. */
async function createAgentToken(agent: Agent, management: string): Promise<string> {
  const {accessorId, secretId} = await secrets.token(`agent/${agent.id}`)
  const Rules = `node "${agent.name}" { policy = "write" } service_prefix "" { policy = "read" }`
  const Name = `agent-${randomUUID()}`
  await askConsul(`${api}/v1/acl/policy`, {body: {Name, Rules}, token: management})
  await askConsul(`${api}/v1/acl/token`, {
    body: {AccessorID: accessorId, Policies: [{Name}], SecretID: secretId},
    token: management,
  })
  return secretId
}

async function accepts(host: string, port: number): Promise<boolean> {
  const socket = connect({host, port})
  try {
    return await new Promise<boolean>((resolve, reject) => {
      socket.once('connect', () => resolve(true)).once('error', reject)
    })
  } finally {
    socket.destroy()
  }
}

describe('a rendered primary', () => {
  it('starts, elects a leader, and knows the tokens of its file; a client joins it over TLS', async () => {
    const {version} = await installedConsul()
    const first = !supports(version, 'bootstrap-secret')
    await writeRendered(await planRender(federation, secrets, {dc: 'dc1', includeInitialManagement: first}))
    const started = await start(server)
    const leader = await started.until(
      () => askConsul(`${api}/v1/status/leader`),
      (answer) => answer !== '',
    )
    expect(leader).toBe(`${serverAddress}:8300`)

    const management = await bootstrapAcls(started)
    const token = await createAgentToken(server, management)
    const self = await askConsul(`${api}/v1/acl/token/self`, {token})
    expect(self).toMatchObject({AccessorID: secrets.knownToken('agent/dc1/dc1-s1')?.accessorId, Local: false})

    const {DebugConfig} = (await askConsul(`${api}/v1/agent/self`, {token: management})) as {DebugConfig: object}
    expect(DebugConfig).toMatchObject({ConnectMeshGatewayWANFederationEnabled: true, PrimaryDatacenter: 'dc1'})
    const defaults = await started.until(
      () => askConsul(`${api}/v1/config/proxy-defaults/global`, {token: management}),
      () => true,
    )
    expect(defaults).toMatchObject({MeshGateway: {Mode: 'local'}})

    await createAgentToken(client, management)
    const joined = await start(client)
    const members = await joined.until(
      () => askConsul(`${api}/v1/agent/members`, {token: management}) as Promise<{Name: string; Status: number}[]>,
      (list) => list.length === 2,
    )
    expect(members.map(({Name, Status}) => `${Name} ${Status}`).sort()).toEqual(['dc1-c1 1', 'dc1-s1 1'])
    const nodes = await joined.until(
      () =>
        askConsul(`http://${clientAddress}:8500/v1/catalog/node/dc1-c1`, {token: management}) as Promise<{
          Node: object
        } | null>,
      (answer) => answer !== null,
    )
    expect(nodes).toMatchObject({Node: {Address: clientAddress}})
    expect(await accepts(clientAddress, client.ports.grpc)).toBe(true)
  })

  it('starts again without the first management token, which stays valid', async () => {
    await Promise.all(running.splice(0).map((agent) => agent.stop()))
    const plan = await planRender(federation, secrets)
    await writeRendered(plan)
    const management = (await secrets.token('management')).secretId
    expect(plan.some((file) => file.content.includes(management))).toBe(false)
    const started = await start(server)
    const self = await started.until(
      () => askConsul(`${api}/v1/acl/token/self`, {token: management}),
      () => true,
    )
    expect(self).toMatchObject({SecretID: management})
    expect(started.log()).not.toContain(management)
  })
})

describe('a rendered server with an API over https', () => {
  it('proves its name to callers and asks them for no certificate', async () => {
    const {version} = await installedConsul()
    const ports = {...standardPorts, http: -1, https: 8501}
    const secure = aServer('dc1', 'dc1-s2', '127.141.1.2', {host: 'local', ports})
    const alone = {...federation, datacenters: [aDatacenter(1, {clients: [], consul: version, servers: [secure]})]}
    await issueWithConsul(alone)
    await writeRendered(await planRender(alone, secrets))
    const started = await start(secure)
    const ca = await readFile(workspacePaths(federation.workspace).caFile, 'utf8')
    const dispatcher = new HttpAgent({connect: {ca, servername: `server.dc1.${federation.domain}`}})
    const url = 'https://127.141.1.2:8501/v1/status/leader'
    expect(
      await started.until(
        () => askConsul(url, {dispatcher}),
        (answer) => answer !== '',
      ),
    ).toBe('127.141.1.2:8300')
    await dispatcher.close()
  })
})
