import {mkdtemp, readdir, readFile, realpath, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

import {captureOutput} from '@oclif/test'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import {rewriteConsulFlags} from '../../src/cli/consul-flags.js'
import TlsCaCreate from '../../src/commands/tls/ca/create.js'
import TlsCertCreate from '../../src/commands/tls/cert/create.js'
import TlsIssue from '../../src/commands/tls/issue.js'
import type {CertificateReport} from '../../src/pki/certificate-report.js'
import {readCertificate} from '../../src/pki/read-certificate.js'
import {writeWhole} from '../../src/system/files.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const before = process.cwd()
let folder: string

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'fedctl-tls-command-')))
  process.chdir(folder)
})
afterEach(async () => {
  process.chdir(before)
  await rm(folder, {recursive: true})
})

/** Runs a command with a line as one types it, without quotes. */
function run<T>(command: {run(argv: string[], root: string): Promise<T>}, line: string) {
  const argv = rewriteConsulFlags(line === '' ? [] : line.split(' '))
  return captureOutput(async () => command.run(argv, root))
}

async function certificate(name: string) {
  return readCertificate(await readFile(join(folder, name), 'utf8'))
}

describe('fedctl tls ca create', () => {
  it('takes the flags of Consul and says which files it has saved', async () => {
    const {error, stdout} = await run(
      TlsCaCreate,
      '-domain eu.example -days=10 -name-constraint -additional-name-constraint a.example -additional-name-constraint=b.example -cluster-id id -common-name Name',
    )
    expect(error).toBeUndefined()
    expect(stdout).toBe('==> Saved eu.example-agent-ca.pem\n==> Saved eu.example-agent-ca-key.pem\n')
    const facts = await certificate('eu.example-agent-ca.pem')
    expect(facts).toMatchObject({commonName: 'Name', isCa: true, uris: ['spiffe://id.eu.example']})
    expect(facts.nameConstraints?.permitted.dnsDomains).toEqual(['a.example', 'b.example', 'eu.example', 'localhost'])
    expect((facts.notAfter.getTime() - facts.notBefore.getTime()) / 86_400_000).toBe(10)
  })

  it('refuses to overwrite', async () => {
    await run(TlsCaCreate, '')
    const {error} = await run(TlsCaCreate, '')
    expect(error).toMatchObject({code: 'file.exists', message: 'consul-agent-ca.pem already exists'})
  })
})

describe('fedctl tls cert create', () => {
  beforeEach(async () => {
    await run(TlsCaCreate, '')
  })

  it('takes the flags of Consul and says which files it has used and saved', async () => {
    const {error, stderr, stdout} = await run(
      TlsCertCreate,
      '-server -dc=dc2 -node n1 -days 20 -additional-dnsname a.example -additional-dnsname=b.example -additional-ipaddress 10.0.0.1 -ca consul-agent-ca.pem -key ./consul-agent-ca-key.pem',
    )
    expect(error).toBeUndefined()
    expect(stdout).toBe(
      [
        '==> Using consul-agent-ca.pem and ./consul-agent-ca-key.pem',
        '==> Saved dc2-server-consul-0.pem',
        '==> Saved dc2-server-consul-0-key.pem',
        '',
      ].join('\n'),
    )
    expect(stderr).toContain('whoever holds this key can act as a Consul server')
    expect(await certificate('dc2-server-consul-0.pem')).toMatchObject({
      commonName: 'server.dc2.consul',
      dnsNames: ['a.example', 'b.example', 'n1.server.dc2.consul', 'server.dc2.consul', 'localhost'],
      ipAddresses: ['10.0.0.1', '127.0.0.1'],
    })
  })

  it('answers in JSON with --json, and with nothing else on stdout', async () => {
    const {stdout} = await run(TlsCertCreate, '-cli --json')
    expect(JSON.parse(stdout)).toEqual({
      certificate: 'dc1-cli-consul-0.pem',
      key: 'dc1-cli-consul-0-key.pem',
      schemaVersion: 1,
    })
  })

  it.each([
    ['', 'provide either -server, -client, or -cli'],
    ['-server -cli', 'provide either -server, -client, or -cli'],
    ['-client -node n1', '-node requires -server'],
  ])('refuses %j as Consul does', async (line, message) => {
    expect((await run(TlsCertCreate, line)).error).toMatchObject({code: 'usage', message})
  })

  it.each(['-server -days many', '-server -nope', '-server extra'])('refuses %j, and writes nothing', async (line) => {
    expect((await run(TlsCertCreate, line)).error).toMatchObject({oclif: {exit: 2}})
    expect((await readdir(folder)).sort()).toEqual(['consul-agent-ca-key.pem', 'consul-agent-ca.pem'])
  })
})

describe('fedctl tls issue', () => {
  beforeEach(async () => {
    await writeWhole(
      join(folder, 'federation.yaml'),
      `primary: dc1
via: wan-gossip
datacenters:
  - {name: dc1, consul: 1.17.3, servers: [{name: dc1-s1, address: 10.1.0.1}]}
  - {name: dc2, consul: 1.17.3, servers: [{name: dc2-s1, address: 10.2.0.1}]}
`,
    )
  })

  it('writes nothing with --dry-run', async () => {
    const {error, stdout} = await run(TlsIssue, '--dry-run')
    expect(error).toBeUndefined()
    expect(stdout).toMatch(/^dc2\/dc2-s1 +server +issue +- +the CA is new/m)
    expect(stdout).toMatch(/\n3 to issue, 0 kept\n$/)
    expect(await readdir(folder)).toEqual(['federation.yaml'])
  })

  it('issues, and keeps in the next run what complies', async () => {
    const first = await run(TlsIssue, '')
    expect(first.stdout).toMatch(/\n3 issued, 0 kept\n$/)
    const second = await run(TlsIssue, '--json')
    const report = JSON.parse(second.stdout) as CertificateReport
    expect(report).toMatchObject({dryRun: false, schemaVersion: 1, summary: {issue: 0, keep: 3}})
    expect(report.certificates.map(({action, node}) => [node, action])).toEqual([
      ['ca', 'keep'],
      ['dc1/dc1-s1', 'keep'],
      ['dc2/dc2-s1', 'keep'],
      ['cli', 'keep'],
    ])
  })

  it('keeps to --dc and --node', async () => {
    const {stdout} = await run(TlsIssue, '-dc dc2 -node dc2-s1')
    expect(stdout).toMatch(/\n1 issued, 0 kept\n$/)
    expect(await readdir(join(folder, 'pki'))).toEqual(['ca-key.pem', 'ca.pem', 'dc2'])
  })

  it('names the agents there are where --node is none of them', async () => {
    const {error} = await run(TlsIssue, '--node nobody')
    expect(error).toMatchObject({code: 'usage', suggestions: ['use one of: dc1/dc1-s1, dc2/dc2-s1']})
  })
})
