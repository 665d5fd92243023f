import fc from 'fast-check'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'

import {writeHcl} from '../../src/config/hcl.js'
import {planRender, writeRendered} from '../../src/config/render-plan.js'
import type {Agent, Datacenter, Federation} from '../../src/federation/model.js'
import {Secrets} from '../../src/federation/secrets.js'
import {agentsOf} from '../../src/federation/selectors.js'
import {writeWhole} from '../../src/system/files.js'
import {runProgram} from '../../src/system/run.js'
import {supports} from '../../src/versions/features.js'
import {aDatacenter, aFederation, standardPorts} from '../fixtures/federation.js'
import {aFullFederation} from '../unit/config/federations.js'
import {askConsul, installedConsul, issueWithConsul, startAgent} from './config-consul.js'

let consul: Awaited<ReturnType<typeof installedConsul>>
let root: string

beforeAll(async () => {
  consul = await installedConsul()
  root = await mkdtemp(join(tmpdir(), 'fedctl-validate-'))
})

afterAll(async () => {
  await rm(root, {force: true, recursive: true})
})

const {acl, tls} = aFederation()
const https = {...standardPorts, http: -1, https: 8501}
/** Quotes inside, and an address on every machine. */
const template =
  '{{ GetAllInterfaces | include "flags" "loopback" | include "type" "IPv4" | limit 1 | attr "address" }}'

const cases: Readonly<Record<string, (version: string) => Federation>> = {
  'mesh gateways': (consul) => aFederation({datacenters: [aDatacenter(1, {consul}), aDatacenter(2, {consul})]}),
  'wan-gossip': (consul) => withAgents(aFullFederation(consul, {via: 'wan-gossip'}), {bindAddr: template}),
  'an API over https': (consul) => withAgents(aFullFederation(consul), {bindAddr: template, ports: https}),
  'a mesh-gateway mode': (consul) =>
    withAgents(aFullFederation(consul, {meshGatewayMode: 'remote'}), {advertiseAddr: '10.1.0.9', bindAddr: '0.0.0.0'}),
  'IPv6 addresses': (consul) =>
    withAgents(aFullFederation(consul), {address: 'fd00::1', bindAddr: '::1', wanAddress: 'fd01::1'}),
  'no ACLs, TLS or gossip encryption': (consul) =>
    aFederation({
      acl: {...acl, enabled: false},
      datacenters: [aDatacenter(1, {consul}), aDatacenter(2, {consul})],
      gossip: {encryption: false},
      tls: {...tls, enabled: false},
      via: 'wan-gossip',
    }),
}

function withAgents(federation: Federation, overrides: Partial<Agent>): Federation {
  const change = (agents: readonly Agent[]) => agents.map((agent) => ({...agent, ...overrides}))
  const datacenters = federation.datacenters.map((datacenter): Datacenter => {
    return {...datacenter, clients: change(datacenter.clients), servers: change(datacenter.servers)}
  })
  return {...federation, datacenters}
}

/** The same federation in a workspace of its own, with agents that read their rendered folder. */
async function inWorkspace(federation: Federation): Promise<Federation> {
  const workspace = await mkdtemp(join(root, 'workspace-'))
  const caFile = join(workspace, 'pki', 'ca.pem')
  return withAgents({...federation, tls: {...federation.tls, caFile}, workspace}, {host: 'local'})
}

async function validate(path: string): Promise<string> {
  const {exitCode, stderr, stdout} = await runProgram(consul.path, ['validate', path])
  return exitCode === 0 ? 'valid' : stdout + stderr
}

describe('the installed Consul', () => {
  it.each(Object.keys(cases))('finds the configuration of every agent valid with %s', async (name) => {
    const federation = await inWorkspace(cases[name]!(consul.version))
    if (federation.tls.enabled) await issueWithConsul(federation)
    await writeRendered(await planRender(federation, await Secrets.load(federation.workspace)))
    for (const agent of federation.datacenters.flatMap((datacenter) => agentsOf(datacenter))) {
      const folder = join(federation.workspace, 'rendered', agent.datacenter, agent.name, 'etc/consul.d')
      expect(await validate(folder), agent.id).toBe('valid')
    }
  })

  it('finds the first management token of a primary valid where it is rendered at all', async () => {
    const federation = await inWorkspace(cases['mesh gateways']!(consul.version))
    await issueWithConsul(federation)
    const secrets = await Secrets.load(federation.workspace)
    const first = planRender(federation, secrets, {dc: 'dc1', includeInitialManagement: true})
    if (supports(consul.version, 'bootstrap-secret')) {
      await expect(first).rejects.toThrow('takes a BootstrapSecret')
      return
    }
    await writeRendered(await first)
    expect(await validate(join(federation.workspace, 'rendered/dc1/dc1-s1/etc/consul.d'))).toBe('valid')
  })

  it('refuses a key that it does not know, so that the tests above mean something', async () => {
    const file = join(root, 'unknown.hcl')
    await writeWhole(file, writeHcl({acls: {enabled: true}, data_dir: '/tmp'}))
    expect(await validate(file)).toContain('invalid config key acls')
  })
})

describe('any text in quotes', () => {
  const nasty = [
    'x${y',
    '${',
    '$$'.concat('{a}'),
    '"',
    String.raw`\"`,
    String.raw`\u0041`,
    'a\nb\r\nc\td',
    '# no comment',
    '<<EOF\nx\nEOF',
    '\0',
    '\uE123',
    '\uFEFFx\u2028y',
    '{{ GetInterfaceIP "ens3" }}',
    'é😀',
  ]

  it('comes back from a running agent as it went in', async () => {
    const texts = [...nasty, ...fc.sample(fc.string({maxLength: 60, unit: 'grapheme'}), {numRuns: 45, seed: 1})]
    const node_meta = Object.fromEntries(texts.map((text, index) => [`key-${index}`, text]))
    const configDir = join(root, 'texts')
    const ports = {dns: -1, grpc: -1, serf_wan: -1}
    const config = {
      bind_addr: '127.141.9.1',
      client_addr: '127.141.9.1',
      data_dir: join(root, 'texts-data'),
      node_meta,
      ports,
    }
    await writeWhole(join(configDir, 'consul.hcl'), writeHcl(config))
    expect(await validate(configDir)).toBe('valid')
    const agent = await startAgent(configDir)
    try {
      const url = 'http://127.141.9.1:8500/v1/agent/self'
      const answer = await agent.until(
        () => askConsul(url),
        (self) => 'Meta' in (self as object),
      )
      expect((answer as {Meta: unknown}).Meta).toMatchObject(node_meta)
    } finally {
      await agent.stop()
    }
  })
})
