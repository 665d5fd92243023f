import {chmod, mkdtemp, readdir, readFile, rm, stat, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import {planRender, type RenderPlan, type RenderRequest, writeRendered} from '../../../src/config/render-plan.js'
import {existingSecrets} from '../../../src/config/render-secrets.js'
import type {Federation} from '../../../src/federation/model.js'
import {Secrets} from '../../../src/federation/secrets.js'
import {agentsOf} from '../../../src/federation/selectors.js'
import {workspacePaths} from '../../../src/federation/workspace.js'
import {writeWhole} from '../../../src/system/files.js'
import {aDatacenter, aFederation} from '../../fixtures/federation.js'
import {armoured} from '../../fixtures/pem.js'

let workspace: string

beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'fedctl-render-'))
})

afterEach(async () => {
  await rm(workspace, {force: true, recursive: true})
})

function federationOf(consul: string, overrides: Partial<Federation> = {}): Federation {
  return aFederation({datacenters: [aDatacenter(1, {consul}), aDatacenter(2, {consul})], workspace, ...overrides})
}

/** Files where certificates lie. Rendering copies them, and asks only whether they are whole. */
async function issueCertificates(federation: Federation): Promise<void> {
  const paths = workspacePaths(workspace)
  await writeWhole(paths.caFile, armoured('the CA'))
  for (const agent of federation.datacenters.flatMap((datacenter) => agentsOf(datacenter))) {
    await writeWhole(paths.certificate(agent.datacenter, agent.name), armoured(`certificate of ${agent.id}`))
    await writeWhole(paths.certificateKey(agent.datacenter, agent.name), armoured(`key of ${agent.id}`))
  }
}

async function plan(federation: Federation, request: RenderRequest = {}): Promise<RenderPlan> {
  return planRender(federation, await Secrets.load(workspace), request)
}

async function render(federation: Federation, request: RenderRequest = {}): Promise<void> {
  await writeRendered(await plan(federation, request))
}

function actions(files: RenderPlan): Record<string, string> {
  return Object.fromEntries(
    files.filter((file) => file.action !== 'unchanged').map((file) => [`${file.node} ${file.path}`, file.action]),
  )
}

describe('planRender and writeRendered', () => {
  it('write configuration and certificates of every agent, secrets readable for their owner alone', async () => {
    const federation = federationOf('1.17.3')
    await issueCertificates(federation)
    await render(federation)
    const folder = join(workspace, 'rendered', 'dc2', 'dc2-s1')
    const files = (await readdir(folder, {recursive: true, withFileTypes: true})).filter((entry) => entry.isFile())
    const modes = await Promise.all(
      files.map(async (file) => [file.name, ((await stat(join(file.parentPath, file.name))).mode & 0o777).toString(8)]),
    )
    expect(Object.fromEntries(modes)).toEqual({
      'agent-key.pem': '600',
      'agent.pem': '644',
      'ca.pem': '644',
      'consul.hcl': '600',
    })
    expect((await stat(join(workspace, 'rendered'))).mode & 0o777).toBe(0o700)
    expect(await readFile(join(folder, 'etc/consul.d/tls/agent-key.pem'), 'utf8')).toBe(armoured('key of dc2/dc2-s1'))
    expect(await readdir(join(workspace, 'rendered', 'dc1'))).toEqual(['dc1-c1', 'dc1-s1'])
  })

  it('find nothing to do the second time', async () => {
    const federation = federationOf('1.17.3')
    await issueCertificates(federation)
    expect(new Set(Object.values(actions(await plan(federation))))).toEqual(new Set(['new']))
    await render(federation)
    expect(actions(await plan(federation))).toEqual({})
  })

  it('see a changed byte and changed permissions, and mend both', async () => {
    const federation = federationOf('1.17.3')
    await issueCertificates(federation)
    await render(federation)
    const folder = join(workspace, 'rendered', 'dc1', 'dc1-s1', 'etc/consul.d')
    await writeFile(join(folder, 'consul.hcl'), `${await readFile(join(folder, 'consul.hcl'), 'utf8')} `)
    await chmod(join(folder, 'tls/agent-key.pem'), 0o644)
    expect(actions(await plan(federation))).toEqual({
      'dc1/dc1-s1 etc/consul.d/consul.hcl': 'changed',
      'dc1/dc1-s1 etc/consul.d/tls/agent-key.pem': 'changed',
    })
    await render(federation)
    expect(actions(await plan(federation))).toEqual({})
    expect((await stat(join(folder, 'tls/agent-key.pem'))).mode & 0o777).toBe(0o600)
  })

  it('leave files alone that have not changed', async () => {
    const federation = federationOf('1.17.3')
    await issueCertificates(federation)
    await render(federation)
    const file = join(workspace, 'rendered/dc1/dc1-s1/etc/consul.d/consul.hcl')
    const before = await stat(file)
    await render(federation)
    const after = await stat(file)
    expect([after.ino, after.mtimeMs]).toEqual([before.ino, before.mtimeMs])
  })

  it('put each secret where it belongs, and nowhere else', async () => {
    const federation = federationOf('1.17.3')
    await issueCertificates(federation)
    const files = await plan(federation)
    const secrets = await Secrets.load(workspace)
    const holders = (text: string) => files.filter((file) => file.content.includes(text)).map((file) => file.node)
    const agents = ['dc1/dc1-s1', 'dc1/dc1-c1', 'dc2/dc2-s1', 'dc2/dc2-c1']
    expect(holders(await secrets.gossipKey())).toEqual(agents)
    expect(holders((await secrets.token('replication')).secretId)).toEqual(['dc2/dc2-s1'])
    for (const agent of agents) expect(holders((await secrets.token(`agent/${agent}`)).secretId)).toEqual([agent])
    expect(secrets.knownToken('management')).toBeUndefined()
    expect(
      files.filter((file) => secrets.texts().some((text) => file.content.includes(text))).every((file) => file.secret),
    ).toBe(true)
  })

  it('generate no tokens where ACLs are off, and no gossip key where gossip is in clear', async () => {
    const {acl, tls} = aFederation()
    const federation = federationOf('1.17.3', {
      acl: {...acl, enabled: false},
      gossip: {encryption: false},
      tls: {...tls, enabled: false},
      via: 'wan-gossip',
    })
    const files = await plan(federation)
    expect(files.map((file) => file.path)).toEqual(Array.from({length: 4}, () => 'etc/consul.d/consul.hcl'))
    expect((await Secrets.load(workspace)).texts()).toEqual([])
  })

  it('take a datacenter, a node, and another folder', async () => {
    const federation = federationOf('1.17.3')
    await issueCertificates(federation)
    const nodes = async (request: RenderRequest) => [
      ...new Set((await plan(federation, request)).map((file) => file.node)),
    ]
    expect(await nodes({dc: 'dc2'})).toEqual(['dc2/dc2-s1', 'dc2/dc2-c1'])
    expect(await nodes({node: 'dc1-c1'})).toEqual(['dc1/dc1-c1'])
    await render(federation, {node: 'dc1-c1', out: join(workspace, 'elsewhere')})
    expect(await readdir(join(workspace, 'elsewhere/dc1/dc1-c1/etc/consul.d'))).toEqual(['consul.hcl', 'tls'])
    await expect(readdir(join(workspace, 'rendered'))).rejects.toThrow('ENOENT')
  })

  it('name the nodes there are when none matches', async () => {
    await expect(plan(federationOf('1.17.3'), {dc: 'dc1', node: 'dc2-s1'})).rejects.toMatchObject({
      code: 'usage',
      message: 'no node is named "dc2-s1" in datacenter dc1',
      suggestions: ['use one of: dc1-s1, dc1-c1'],
    })
  })

  it('name missing certificates and the command that issues them, before any secret is generated', async () => {
    const federation = federationOf('1.17.3')
    await writeWhole(workspacePaths(workspace).caFile, armoured('the CA'))
    const error: unknown = await plan(federation, {node: 'dc2-s1'}).catch((reason: unknown) => reason)
    const key = workspacePaths(workspace).certificateKey('dc2', 'dc2-s1')
    expect(error).toMatchObject({
      code: 'pki.certificate-invalid',
      message: `dc2/dc2-s1 has no certificate yet: ${join(dirname(key), 'dc2-s1.pem')}, ${key} missing`,
      suggestions: ['issue the missing certificates: fedctl tls issue'],
    })
    expect((await Secrets.load(workspace)).texts()).toEqual([])
  })
})

describe('a certificate, key or CA that is cut off', () => {
  it('reaches no agent, wherever it is cut', async () => {
    const federation = federationOf('1.17.3')
    await issueCertificates(federation)
    const {caFile, certificate, certificateKey} = workspacePaths(workspace)
    for (const file of [caFile, certificate('dc2', 'dc2-s1'), certificateKey('dc2', 'dc2-s1')]) {
      const whole = await readFile(file, 'utf8')
      for (let length = 0; length < whole.length - 1; length++) {
        await writeFile(file, whole.slice(0, length))
        await expect(plan(federation, {node: 'dc2-s1'}), `${length} of ${whole.length}`).rejects.toMatchObject({
          code: 'pki.certificate-invalid',
          message: `dc2/dc2-s1: not whole in PEM: ${file}`,
        })
      }
      await writeFile(file, whole)
    }
    expect(await plan(federation, {node: 'dc2-s1'})).toHaveLength(4)
  })
})

describe('a plan with existing secrets only', () => {
  it('generates nothing, and calls a file new whose secrets do not exist yet', async () => {
    const federation = federationOf('1.17.3')
    await issueCertificates(federation)
    const files = await planRender(federation, existingSecrets(await Secrets.load(workspace)))
    expect(files.every((file) => file.action === 'new')).toBe(true)
    await expect(stat(workspacePaths(workspace).secrets)).rejects.toThrow('ENOENT')
  })

  it('is the real plan once the secrets exist', async () => {
    const federation = federationOf('1.17.3')
    await issueCertificates(federation)
    await render(federation)
    expect(actions(await planRender(federation, existingSecrets(await Secrets.load(workspace))))).toEqual({})
  })
})

describe('the management token of a first start', () => {
  it('goes to the servers of the primary, and leaves with the next plan', async () => {
    const federation = federationOf('1.14.7')
    await issueCertificates(federation)
    await render(federation, {dc: 'dc1', includeInitialManagement: true})
    const {secretId} = await (await Secrets.load(workspace)).token('management')
    const folder = join(workspace, 'rendered', 'dc1')
    const read = (node: string) => readFile(join(folder, node, 'etc/consul.d/consul.hcl'), 'utf8')
    expect(await read('dc1-s1')).toContain(`initial_management = "${secretId}"`)
    expect(await read('dc1-c1')).not.toContain(secretId)
    expect(actions(await plan(federation, {dc: 'dc1'}))).toEqual({'dc1/dc1-s1 etc/consul.d/consul.hcl': 'changed'})
    await render(federation)
    expect(await read('dc1-s1')).not.toContain(secretId)
  })

  it.each([
    ['in a secondary', '1.14.7', {dc: 'dc2'}, 'dc2/dc2-s1 is not in the primary'],
    ['in all datacenters at once', '1.14.7', {}, 'dc2/dc2-s1 is not in the primary'],
    ['where Consul takes a BootstrapSecret', '1.15.0', {dc: 'dc1'}, 'Consul 1.15.0 takes a BootstrapSecret'],
  ])('is refused %s', async (_, version, request, reason) => {
    const refused = plan(federationOf(version), {...request, includeInitialManagement: true})
    await expect(refused).rejects.toThrow(`the management token must not be rendered: ${reason}`)
  })

  it('is refused where ACLs are off', async () => {
    const federation = federationOf('1.14.7', {acl: {...aFederation().acl, enabled: false}})
    await expect(plan(federation, {dc: 'dc1', includeInitialManagement: true})).rejects.toThrow('ACLs are off')
  })
})
