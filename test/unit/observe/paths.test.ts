import {rm, writeFile} from 'node:fs/promises'

import {afterEach, beforeEach, expect, test} from 'vitest'

import type {Datacenter, Federation, Gateway} from '../../../src/federation/model.js'
import {workspacePaths} from '../../../src/federation/workspace.js'
import type {Snapshot} from '../../../src/observe/snapshot.js'
import {aDatacenter, aFederation, aGateway, aServer, standardPorts} from '../../fixtures/federation.js'
import {type Issued, issueWorkspace} from './issued-workspace.js'
import {kindOf, look, type TestWorkspace, testWorkspace, valueOf} from './looking.js'
import {type TlsStandIn, tlsStandIn} from './tls-stand-in.js'

/** Nobody listens there. */
const nowhere = {address: '127.44.7.99', port: 9}
const everyone = ['dc1/dc1-s1', 'dc1/dc1-s2', 'dc2/dc2-s1']

let workspace: TestWorkspace
let issued: Issued
const running: TlsStandIn[] = []

beforeEach(async () => {
  workspace = await testWorkspace()
  issued = await issueWorkspace(federationWith({}))
})

afterEach(async () => {
  await Promise.all(running.splice(0).map((standIn) => standIn.close()))
  await workspace.remove()
})

/** dc1 with two servers, dc2 with one; their gateways as given. */
function federationWith(
  gateways: Readonly<Record<string, readonly Gateway[]>>,
  secondary: Partial<Datacenter> = {},
): Federation {
  const servers = [aServer('dc1', 'dc1-s1', '127.44.1.1'), aServer('dc1', 'dc1-s2', '127.44.1.2')]
  return aFederation({
    datacenters: [
      aDatacenter(1, {gateways: gateways.dc1 ?? [], servers}),
      aDatacenter(2, {gateways: gateways.dc2 ?? [], primaryGateways: [], ...secondary}),
    ],
    workspace: workspace.folder,
  })
}

async function standIn(agents: readonly string[] = everyone): Promise<TlsStandIn> {
  const started = await tlsStandIn(issued, agents, '127.44.7.1')
  running.push(started)
  return started
}

function gateway(
  datacenter: string,
  name: string,
  at: {address: string; port: number},
  overrides: Partial<Gateway> = {},
): Gateway {
  return aGateway(datacenter, name, at.address, `${datacenter}-c1`, {port: at.port, wanPort: at.port, ...overrides})
}

async function gatewayAt(
  datacenter: string,
  name: string,
  agents?: readonly string[],
  overrides?: Partial<Gateway>,
): Promise<Gateway> {
  const {host, port} = await standIn(agents)
  return gateway(datacenter, name, {address: host, port}, overrides)
}

/** `gateway → server: outcome` for every probe. */
function summary({paths}: Snapshot): string[] {
  return paths.map((path) => `${path.gateway} → ${path.target}: ${kindOf(path.result)}`).sort()
}

test('probes every server through its own gateways and through one of each other datacenter', async () => {
  const federation = federationWith({
    dc1: [await gatewayAt('dc1', 'dc1-gw1'), await gatewayAt('dc1', 'dc1-gw2')],
    dc2: [await gatewayAt('dc2', 'dc2-gw1')],
  })
  const snapshot = await look(federation, workspace, {observations: ['gateway-paths']})
  const usual = [
    'dc1/dc1-gw1 → dc1/dc1-s1: answered',
    'dc1/dc1-gw1 → dc1/dc1-s2: answered',
    'dc1/dc1-gw1 → dc2/dc2-s1: answered',
    'dc1/dc1-gw2 → dc1/dc1-s1: answered',
    'dc1/dc1-gw2 → dc1/dc1-s2: answered',
    'dc2/dc2-gw1 → dc1/dc1-s1: answered',
    'dc2/dc2-gw1 → dc1/dc1-s2: answered',
    'dc2/dc2-gw1 → dc2/dc2-s1: answered',
  ]
  expect(summary(snapshot)).toEqual(usual)
  expect(snapshot.pathsSkipped).toBeUndefined()
  const [path] = snapshot.paths
  expect(path).toMatchObject({kind: 'gateway', network: 'lan', serverName: 'dc1-s1.server.dc1.consul'})
  expect(path && valueOf(path.result).certificate).toMatchObject({commonName: 'server.dc1.consul', verifiedByCa: true})

  const full = await look(federation, workspace, {observations: ['gateway-paths'], scope: {full: true}})
  expect(summary(full)).toEqual([...usual, 'dc1/dc1-gw2 → dc2/dc2-s1: answered'].sort())
})

test('goes to another gateway of a datacenter whose first one takes no connections', async () => {
  const federation = federationWith({
    dc1: [gateway('dc1', 'dc1-gw1', nowhere), await gatewayAt('dc1', 'dc1-gw2')],
    dc2: [],
  })
  const snapshot = await look(federation, workspace, {observations: ['gateway-paths']})
  expect(summary(snapshot)).toEqual([
    'dc1/dc1-gw1 → dc1/dc1-s1: unreachable',
    'dc1/dc1-gw1 → dc1/dc1-s2: unreachable',
    'dc1/dc1-gw2 → dc1/dc1-s1: answered',
    'dc1/dc1-gw2 → dc1/dc1-s2: answered',
    'dc1/dc1-gw2 → dc2/dc2-s1: answered',
  ])
})

test('dials the WAN address where the LAN address takes no connections, and says so', async () => {
  const wan = await standIn()
  const federation = federationWith({
    dc1: [gateway('dc1', 'dc1-gw1', nowhere, {wanAddress: wan.host, wanPort: wan.port})],
  })
  const snapshot = await look(federation, workspace, {observations: ['gateway-paths']})
  const dialled = `${wan.host}:${wan.port}`
  expect(snapshot.paths.map((path) => [path.network, path.dialled, kindOf(path.result)])).toEqual(
    Array.from({length: 3}, () => ['wan', dialled, 'answered']),
  )
})

test('tries the WAN address too where it is another one, once for each gateway', async () => {
  const own = {wanAddress: nowhere.address, wanPort: nowhere.port}
  const federation = federationWith({dc1: [await gatewayAt('dc1', 'gw1', everyone, own)], dc2: []})
  const {paths} = await look(federation, workspace, {observations: ['gateway-paths']})
  const ofWan = paths.filter(({kind}) => kind === 'wan-address')
  expect(ofWan.map(({dialled, gateway: id, network, target}) => [id, dialled, network, target])).toEqual([
    ['dc1/gw1', '127.44.7.99:9', 'wan', 'dc1/dc1-s1'],
  ])
  expect(ofWan.map(({result}) => kindOf(result))).toEqual(['unreachable'])
  const others = paths.filter(({kind}) => kind === 'gateway')
  expect(new Set(others.map(({network}) => network))).toEqual(new Set(['lan']))
})

test('fails where another server answers than was asked for', async () => {
  const federation = federationWith({dc1: [await gatewayAt('dc1', 'dc1-gw1', ['dc2/dc2-s1'])]})
  const snapshot = await look(federation, workspace, {observations: ['gateway-paths']})
  const [path] = snapshot.paths
  expect(path?.result).toMatchObject({
    failure: {kind: 'tls', message: expect.stringMatching(/dc1-s1\.server\.dc1\.consul.+not valid for/) as unknown},
  })
})

test('probes nothing without a probe certificate, and says why', async () => {
  const {host, port, serverNames} = await standIn()
  const federation = federationWith({dc1: [gateway('dc1', 'dc1-gw1', {address: host, port})]})
  const {cliCertificate, cliCertificateKey} = workspacePaths(workspace.folder)
  await writeFile(cliCertificateKey, issued.pairs['dc1/dc1-s1']?.keyPem ?? '')
  const mismatched = await look(federation, workspace, {observations: ['gateway-paths']})
  expect(mismatched.pathsSkipped).toMatch(/cli\.pem and its key cannot be used for TLS: ERR_/)
  await rm(cliCertificate)
  const missing = await look(federation, workspace, {observations: ['bootstrap-paths', 'gateway-paths']})
  expect(missing.pathsSkipped).toBe(`there is no ${cliCertificate}`)
  expect([...mismatched.paths, ...missing.paths]).toEqual([])
  expect(serverNames).toEqual([])
})

test('dials primary_gateways by the name of a first join, and passes over what only Consul can look up', async () => {
  const {host, port, serverNames} = await standIn(['dc1/dc1-s1'])
  const discovered = 'provider=aws tag_key=role tag_value=gw secret_access_key=abcdef0123456789'
  const primaryGateways = [`${host}:${port}`, `${nowhere.address}:${nowhere.port}`, discovered]
  const federation = federationWith({}, {primaryGateways})
  const snapshot = await look(federation, workspace, {observations: ['bootstrap-paths']})
  expect(serverNames).toEqual(['server.dc1.consul'])
  expect(snapshot.paths.map((path) => [path.kind, path.gateway, path.target, kindOf(path.result)])).toEqual([
    ['bootstrap', primaryGateways[0], undefined, 'answered'],
    ['bootstrap', primaryGateways[1], undefined, 'unreachable'],
  ])
  expect(snapshot.bootstrapSkipped).toEqual({
    'provider=aws tag_key=hidden tag_value=gw secret_access_key=hidden':
      'only Consul itself can look up a go-discover text',
  })
})

test('tells the certificate that a server presents from the one that was issued for it', async () => {
  const other = await issueWorkspace({...federationWith({}), workspace: `${workspace.folder}/other`, tls: otherCa()})
  const [own, foreign] = [await standIn(['dc1/dc1-s1']), await tlsStandIn(other, ['dc1/dc1-s2'], '127.44.7.1')]
  running.push(foreign)
  const servers = [own, foreign].map(({host, port}, index) =>
    aServer('dc1', `dc1-s${index + 1}`, host, {ports: {...standardPorts, server: port}}),
  )
  const federation = aFederation({
    datacenters: [aDatacenter(1, {gateways: [], servers: [...servers, aServer('dc1', 'dc1-s3', nowhere.address)]})],
    workspace: workspace.folder,
  })
  const snapshot = await look(federation, workspace, {observations: ['certificates-on-disk', 'certificates-on-wire']})
  const [first, second, third] = Object.values(snapshot.servers)
  expect(valueOf(first?.certificateOnWire)).toEqual(valueOf(first?.certificateOnDisk))
  expect(valueOf(first?.certificateOnDisk)).toMatchObject({
    dnsNames: expect.arrayContaining(['dc1-s1.server.dc1.consul', 'server.dc1.consul']) as unknown,
    usages: ['serverAuth', 'clientAuth'],
    verifiedByCa: true,
  })
  expect(valueOf(second?.certificateOnWire)).toMatchObject({commonName: 'server.dc1.consul', verifiedByCa: false})
  expect(valueOf(second?.certificateOnWire).fingerprint).not.toBe(valueOf(second?.certificateOnDisk).fingerprint)
  expect(kindOf(third?.certificateOnWire)).toBe('unreachable')
  expect(kindOf(third?.certificateOnDisk)).toBe('not-found')
})

test('says which file holds no certificate', async () => {
  const path = workspacePaths(workspace.folder).certificate('dc1', 'dc1-s1')
  await writeFile(path, 'not a certificate')
  const snapshot = await look(federationWith({}), workspace, {observations: ['certificates-on-disk']})
  expect(snapshot.servers['dc1/dc1-s1']?.certificateOnDisk).toMatchObject({
    failure: {kind: 'malformed', message: expect.stringContaining(path) as unknown},
  })
  expect(kindOf(snapshot.servers['dc1/dc1-s2']?.certificateOnDisk)).toBe('answered')
})

function otherCa(): Federation['tls'] {
  const {caFile, caKeyFile} = workspacePaths(`${workspace.folder}/other`)
  return {...aFederation().tls, caFile, caKeyFile}
}
