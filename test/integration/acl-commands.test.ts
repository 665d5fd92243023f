import {randomUUID} from 'node:crypto'
import {mkdtemp, readdir, readFile, rm, stat, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

import {captureOutput} from '@oclif/test'
import {afterAll, afterEach, beforeAll, describe, expect, it} from 'vitest'

import AclApply from '../../src/commands/acl/apply.js'
import AclBootstrap from '../../src/commands/acl/bootstrap.js'
import AclStatus from '../../src/commands/acl/status.js'
import {tokenSelf} from '../../src/consul/api.js'
import {Secrets} from '../../src/federation/secrets.js'
import {Servers, until} from './acl-consul.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const address = '127.143.5.1'
const url = `http://${address}:8500`
let consul: Servers
let workspace: string

const federationYaml = (acl: string) => `primary: dc1
via: wan-gossip
tls: {enabled: false}
acl: ${acl}
datacenters:
  - name: dc1
    consul: 1.8.7
    servers: [{name: dc1-s1, address: ${address}}]
`

beforeAll(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'fedctl-acl-commands-'))
  await writeFile(join(workspace, 'federation.yaml'), federationYaml('{enabled: true}'))
  consul = await Servers.inTemporaryFolder()
  await consul.start({address, node: 'dc1-s1'})
  const client = consul.client(url)
  await until('ACLs answer', async () => {
    const answer: unknown = await tokenSelf(client, {token: randomUUID()}).catch((error: unknown) => error)
    return String(answer).includes('ACL not found')
  })
})

afterAll(async () => {
  await consul.stop()
  await rm(workspace, {force: true, recursive: true})
})

afterEach(() => {
  delete process.env.CONSUL_HTTP_TOKEN
})

interface CommandClass {
  run(argv: string[], root: string): Promise<unknown>
}

async function fedctl(command: CommandClass, ...args: string[]) {
  const file = join(workspace, 'federation.yaml')
  const output = await captureOutput(async () => command.run(['--federation', file, ...args], root))
  const texts = (await Secrets.load(workspace)).texts()
  expect(texts.filter((secret) => `${output.stdout}${output.stderr}`.includes(secret))).toEqual([])
  return output
}

describe('the commands on a new datacenter, in their order', () => {
  it('status says that nothing can be compared yet', async () => {
    const {error, stdout} = await fedctl(AclStatus)
    expect(error).toBeUndefined()
    expect(stdout).toMatch(/^dc1 +on +unknown +-$/m)
    expect(stdout).toContain('could not be compared: there is no token')
  })

  it('apply refuses without a token, with exit code 5', async () => {
    const {error} = await fedctl(AclApply)
    expect(error).toMatchObject({code: 'consul.refused', exitCode: 5})
  })

  it('bootstrap --dry-run says what it would do and changes nothing', async () => {
    const before = await readdir(workspace, {recursive: true})
    const {stdout} = await fedctl(AclBootstrap, '--dry-run')
    expect(stdout).toContain('bootstrap the ACLs of the primary')
    expect(await readdir(workspace, {recursive: true})).toEqual(before)
  })

  it('bootstrap keeps the management token, and its file works with consul -token-file', async () => {
    const {error, stdout} = await fedctl(AclBootstrap)
    expect(error).toBeUndefined()
    const path = join(workspace, '.fedctl', 'tokens', 'management')
    expect(stdout).toContain(path)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    const self = await tokenSelf(consul.client(url), {token: await readFile(path, 'utf8')})
    expect(self.Policies?.map(({Name}) => Name)).toEqual(['global-management'])
  })

  it('bootstrap finds nothing to do the second time', async () => {
    const {error, stdout} = await fedctl(AclBootstrap, '--json')
    expect(error).toBeUndefined()
    expect(JSON.parse(stdout)).toMatchObject({outcome: 'known', schemaVersion: 1})
  })

  it('apply --dry-run lists the changes and makes none', async () => {
    const first = await fedctl(AclApply, '--dry-run')
    expect(first.error).toBeUndefined()
    expect(first.stdout.trim().split('\n')).toEqual([
      'create policy fedctl-replication',
      'create policy fedctl-verifier',
      'create policy fedctl-anonymous',
      'create policy fedctl-agent-dc1_dc1-s1',
      'create token replication with fedctl-replication',
      'create token verifier with fedctl-verifier',
      'create token agent/dc1/dc1-s1 with fedctl-agent-dc1_dc1-s1',
      'attach fedctl-anonymous to the anonymous token',
    ])
    expect((await fedctl(AclApply, '--dry-run')).stdout).toBe(first.stdout)
  })

  it('apply makes them, says so, and writes the token files', async () => {
    const {error, stderr, stdout} = await fedctl(AclApply, '--json')
    expect(error).toBeUndefined()
    expect(stderr).toContain('create policy fedctl-replication')
    const applied = JSON.parse(stdout) as {changes: {summary: string}[]}
    expect(applied.changes).toHaveLength(8)
    const tokens = join(workspace, '.fedctl', 'tokens')
    const files = (await readdir(tokens, {recursive: true})).sort()
    expect(files).toEqual(['agent', join('agent', 'dc1'), join('agent', 'dc1', 'dc1-s1'), 'management', 'verifier'])
    for (const file of ['agent/dc1/dc1-s1', 'management', 'verifier']) {
      expect((await stat(join(tokens, file))).mode & 0o777).toBe(0o600)
      await tokenSelf(consul.client(url), {token: await readFile(join(tokens, file), 'utf8')})
    }
    for (const folder of [tokens, join(tokens, 'agent', 'dc1')]) expect((await stat(folder)).mode & 0o777).toBe(0o700)
  })

  it('apply finds nothing to do the second time', async () => {
    expect((await fedctl(AclApply)).stdout).toContain('nothing to do')
  })

  it('status shows that all is as the file says', async () => {
    const {stdout} = await fedctl(AclStatus)
    expect(stdout).toMatch(/^dc1 +on +yes +-$/m)
    expect(stdout).toMatch(/^fedctl-replication +ok$/m)
    expect(stdout).toMatch(/^verifier +[\da-f-]{36} +ok +1 of 1 +-$/m)
    expect(stdout).not.toMatch(/missing|different|unread/)
    const json = JSON.parse((await fedctl(AclStatus, '--json')).stdout) as {
      schemaVersion: number
      unreadBecause: unknown
    }
    expect(json).toMatchObject({schemaVersion: 1, unreadBecause: null})
  })
})

describe('a wrong token in CONSUL_HTTP_TOKEN', () => {
  it.each([
    ['apply', AclApply],
    ['status', AclStatus],
  ])('ends %s with exit code 5', async (_name, command) => {
    process.env.CONSUL_HTTP_TOKEN = randomUUID()
    const {error} = await fedctl(command)
    expect(error).toMatchObject({code: 'consul.refused', exitCode: 5})
    expect(error?.message).toContain('does not know the token')
    expect(error?.message).not.toContain(process.env.CONSUL_HTTP_TOKEN)
  })

  it('that is known but too weak ends apply with exit code 5 too', async () => {
    process.env.CONSUL_HTTP_TOKEN = (await Secrets.load(workspace)).knownToken('agent/dc1/dc1-s1')?.secretId
    expect((await fedctl(AclApply)).error).toMatchObject({exitCode: 5})
  })
})

describe('a federation file with ACLs off', () => {
  beforeAll(async () => writeFile(join(workspace, 'federation.yaml'), federationYaml('{enabled: false}')))

  it('is no failure for status', async () => {
    const {error, stdout} = await fedctl(AclStatus)
    expect(error).toBeUndefined()
    expect(stdout.trim()).toBe('ACLs are off in the federation file')
    expect(JSON.parse((await fedctl(AclStatus, '--json')).stdout)).toMatchObject({enabled: false, tokens: []})
  })

  it.each([
    ['bootstrap', AclBootstrap],
    ['apply', AclApply],
  ])('is wrong usage for %s', async (_name, command) => {
    expect((await fedctl(command)).error).toMatchObject({code: 'usage', exitCode: 2})
  })
})
