import {mkdir, readFile, writeFile} from 'node:fs/promises'
import {createServer} from 'node:http'
import {once} from 'node:events'
import type {AddressInfo} from 'node:net'
import {join} from 'node:path'

import {afterAll, beforeAll, describe, expect, it} from 'vitest'

import type {Report} from '../../src/checks/check.js'
import type {AdoptionJson} from '../../src/cli/reporters/adoption-report.js'
import type {FailureJson} from '../../src/cli/failure.js'
import type {LabStatus} from '../../src/lab/status.js'
import {runProgram} from '../../src/system/run.js'
import {askConsul, installedConsul, type RunningAgent, startAgent} from './config-consul.js'
import {fedctl, temporaryFolder} from './fedctl.js'

/** Milliseconds for agents that start on a slow machine. */
const startMs = 120_000

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let adopted = 0

beforeAll(async () => {
  folder = await temporaryFolder()
})

afterAll(async () => {
  await folder.remove()
})

/** A folder in which nothing was done yet, and the two commands in it. */
async function freshFolder(env: Readonly<Record<string, string>> = {}) {
  const cwd = join(folder.path, `adopted-${adopted++}`)
  await mkdir(cwd)
  const file = () => readFile(join(cwd, 'federation.yaml'), 'utf8')
  const adopt = async (...args: string[]) => {
    const {exitCode, stderr, stdout} = await fedctl(['init', '--json', ...args], {cwd, env})
    return {exitCode, json: JSON.parse(stdout) as AdoptionJson & FailureJson, stderr}
  }
  const verify = async (...args: string[]) => {
    const {exitCode, stdout} = await fedctl(['verify', '--json', ...args], {cwd, env})
    const report = JSON.parse(stdout) as Report
    const idsOf = (status: string) => report.checks.filter((check) => check.status === status).map(({id}) => id)
    return {exitCode, failed: idsOf('fail'), skipped: idsOf('skip'), warned: idsOf('warn')}
  }
  return {adopt, file, verify}
}

describe('a federation through mesh gateways, of which only an address and a token are known', () => {
  let lab: string
  let processes: LabStatus['processes']
  const agentAt = (datacenter: string, kind: string) => {
    const found = processes.find((one) => one.datacenter === datacenter && one.kind === kind)
    if (!found) throw new Error(`${datacenter} has no ${kind}`)
    return found
  }
  const urlOf = (datacenter: string, kind = 'server') => agentAt(datacenter, kind).httpAddress ?? ''
  const secretOf = async (name: string) => {
    const text = await readFile(join(lab, '.fedctl', 'secrets.json'), 'utf8')
    return (JSON.parse(text) as {tokens: Record<string, {secretId: string}>}).tokens[name]?.secretId ?? ''
  }

  beforeAll(async () => {
    lab = join(folder.path, 'lab')
    const up = await fedctl(['lab', 'up', '--dir', lab])
    expect(up, up.stderr).toMatchObject({exitCode: 0})
    processes = (JSON.parse((await fedctl(['lab', 'status', '--dir', lab, '--json'])).stdout) as LabStatus).processes
  })

  afterAll(async () => {
    await fedctl(['lab', 'down', '--purge', '--dir', lab])
  })

  it.each([
    ['a server of the primary', 'dc1', 'server'],
    ['a server of the secondary', 'dc2', 'server'],
    ['a client agent', 'dc2', 'client'],
  ])('is drafted from %s, and verified with nothing else', async (_, datacenter, kind) => {
    const {adopt, file, verify} = await freshFolder({CONSUL_HTTP_TOKEN: await secretOf('verifier')})
    const {exitCode, json, stderr} = await adopt('--from', urlOf(datacenter, kind))
    expect({exitCode, stderr}).toMatchObject({exitCode: 0})
    expect(json).toMatchObject({
      datacenters: [
        {answering: 1, gateways: ['dc1-gw1'], name: 'dc1', role: 'primary', servers: ['dc1-s1']},
        {answering: 1, gateways: ['dc2-gw1'], name: 'dc2', role: 'secondary', servers: ['dc2-s1']},
      ],
      primary: 'dc1',
      via: 'mesh-gateways',
    })
    expect(json.notKnown.map(({path}) => path)).toContain('tls.ca_file')
    const text = await file()
    expect(text).toMatch(/# not known: the CA .*\n {2}ca_file:/)
    expect(text).not.toContain(await secretOf('verifier'))
    expect(await verify()).toEqual({
      exitCode: 0,
      failed: [],
      skipped: [
        'tls.ca-shared',
        'tls.server-name',
        'tls.usage',
        'tls.expiry',
        'tls.loaded',
        'gateway.path',
        'gateway.bootstrap-path',
        'gateway.envoy',
        'acl.replication-rights',
        'acl.gateway-token',
      ],
      warned: ['version.known-bugs', 'raft.tolerance', 'gateway.redundant'],
    })
  })

  it('is verified down to the certificates where CA and a client certificate are named, by a token in a file', async () => {
    const {adopt, file, verify} = await freshFolder()
    const token = join(folder.path, 'token')
    await writeFile(token, await secretOf('verifier'), {mode: 0o600})
    const pki = (name: string) => join(lab, 'pki', name)
    const client = ['--client-cert', pki('cli.pem'), '--client-key', pki('cli-key.pem')]
    const {exitCode} = await adopt('--from', urlOf('dc1'), '--token-file', token, '--ca-file', pki('ca.pem'), ...client)
    expect(exitCode).toBe(0)
    expect(await file()).toContain(`token: { file: ${token} }`)
    expect(await verify()).toMatchObject({
      exitCode: 0,
      failed: [],
      skipped: ['tls.loaded', 'gateway.envoy', 'acl.replication-rights', 'acl.gateway-token'],
    })
    const before = await file()
    expect((await adopt('--from', urlOf('dc2'))).json.error.code).toBe('federation.exists')
    expect(await file()).toBe(before)
  })

  it('is not drafted with a token that may read less than verification reads, and the rights are named', async () => {
    const {adopt} = await freshFolder({CONSUL_HTTP_TOKEN: await secretOf('gateway')})
    const {exitCode, json} = await adopt('--from', urlOf('dc1'))
    expect({code: json.error.code, exitCode}).toEqual({code: 'consul.refused', exitCode: 5})
    expect(json.error.message).toMatch(/the token lacks operator:read$/)
    expect(json.error.message).not.toContain(await secretOf('gateway'))
  })

  it('is not drafted without a token or with one that nobody knows', async () => {
    const nobody = await freshFolder()
    const none = await nobody.adopt('--from', urlOf('dc1'))
    expect(none.json.error.message).toMatch(/no token was given: missing is agent:read, operator:read$/)
    const stranger = await freshFolder({CONSUL_HTTP_TOKEN: '7e27a0a2-0000-0000-0000-000000000000'})
    const unknown = await stranger.adopt('--from', urlOf('dc2'))
    expect(unknown.json.error.message).toMatch(/does not know the token$/)
  })

  it('says what else is at an address: nobody, a page, or TLS where there is none', async () => {
    const {adopt} = await freshFolder()
    const page = createServer((_, response) => response.end('<html>')).listen(0, '127.0.0.1')
    await once(page, 'listening')
    const {port} = page.address() as AddressInfo
    const messageOf = async (...args: string[]) => (await adopt('--from', ...args)).json.error
    expect(await messageOf(`http://127.0.0.1:${port}`)).toMatchObject({
      code: 'consul.unreachable',
      message: `http://127.0.0.1:${port} answers, and is not the HTTP API of a Consul agent`,
    })
    page.close()
    const {address} = agentAt('dc1', 'gateway')
    expect(await messageOf(`http://${address}:8499`)).toMatchObject({
      message: `nobody listens at http://${address}:8499`,
    })
    const https = urlOf('dc1').replace('http:', 'https:')
    expect(await messageOf(https, '--ca-file', join(lab, 'pki', 'ca.pem'))).toMatchObject({
      message: `${https} does not speak TLS`,
      suggestions: [`fedctl init --from ${urlOf('dc1')}`],
    })
  })
})

describe('a federation that people joined by WAN gossip', () => {
  const agents: RunningAgent[] = []
  const address = (net: string, datacenter: number) => `127.150.${net}.${datacenter}`
  const plain = '1'
  const tls = '2'
  let pki: string

  beforeAll(async () => {
    pki = join(folder.path, 'hand-made')
    await mkdir(pki)
    const {path} = await installedConsul()
    const consul = async (...args: string[]) => {
      const {exitCode, stderr} = await runProgram(path, ['tls', ...args], {cwd: pki})
      expect({exitCode, stderr}).toMatchObject({exitCode: 0})
    }
    await consul('ca', 'create')
    for (const kind of [['-server', '-dc=dc1'], ['-server', '-dc=dc2'], ['-cli']])
      await consul('cert', 'create', ...kind)
    const withTls = (n: number) => ({
      addresses: {https: address(tls, n)},
      ca_file: join(pki, 'consul-agent-ca.pem'),
      cert_file: join(pki, `dc${n}-server-consul-0.pem`),
      key_file: join(pki, `dc${n}-server-consul-0-key.pem`),
      ports: {http: -1, https: 8501},
      primary_datacenter: 'dc1',
      verify_incoming: true,
      verify_outgoing: true,
      verify_server_hostname: true,
    })
    agents.push(...(await Promise.all([1, 2].flatMap((n) => [start(plain, n, {}), start(tls, n, withTls(n))]))))
    for (const n of [1, 2]) {
      await agents[0]?.until(
        async () => (await askConsul(`http://${address(plain, n)}:8500/v1/catalog/datacenters`)) as string[],
        (names) => names.length === 2,
      )
    }
  }, startMs)

  afterAll(async () => {
    await Promise.all(agents.map((agent) => agent.stop()))
  })

  async function start(net: string, n: number, settings: object): Promise<RunningAgent> {
    const config = join(folder.path, `agent-${net}-${n}`)
    await mkdir(config)
    const whole = {
      bind_addr: address(net, n),
      bootstrap_expect: 1,
      client_addr: address(net, n),
      data_dir: join(config, 'data'),
      datacenter: `dc${n}`,
      node_name: `server${n}`,
      performance: {raft_multiplier: 1},
      retry_interval_wan: '1s',
      retry_join_wan: [address(net, 3 - n)],
      server: true,
      ...settings,
    }
    await writeFile(join(config, 'agent.json'), JSON.stringify(whole))
    return startAgent(config)
  }

  it('is drafted as one without TLS and ACLs, whose datacenters do not agree on a primary', async () => {
    const {adopt, file, verify} = await freshFolder()
    const {exitCode, json} = await adopt('--from', `${address(plain, 2)}:8500`)
    expect({exitCode, ...json}).toMatchObject({
      datacenters: [{name: 'dc2'}, {name: 'dc1'}],
      exitCode: 0,
      found: [{path: 'primary', text: 'some servers name dc1 as their primary'}],
      via: 'wan-gossip',
    })
    expect(await file()).toMatch(/^via: wan-gossip$[^]*^tls:\n {2}enabled: false$[^]*^acl:\n {2}enabled: false$/m)
    const report = await verify('--wait', '60s', '--only', 'access,raft,wan,agent.acl-mode,names')
    expect(report).toMatchObject({exitCode: 0, failed: [], warned: ['raft.tolerance']})
    expect(await verify('--only', 'agent.primary')).toMatchObject({exitCode: 1, failed: ['agent.primary']})
  })

  it('is asked over https with a client certificate, and verified down to certificates', async () => {
    const {adopt, file, verify} = await freshFolder({
      CONSUL_CACERT: join(pki, 'consul-agent-ca.pem'),
      CONSUL_CLIENT_CERT: join(pki, 'dc1-cli-consul-0.pem'),
      CONSUL_CLIENT_KEY: join(pki, 'dc1-cli-consul-0-key.pem'),
    })
    const {exitCode, json} = await adopt('--from', `https://${address(tls, 2)}:8501`)
    expect({exitCode, ...json}).toMatchObject({exitCode: 0, found: [], primary: 'dc1', via: 'wan-gossip'})
    expect(json.datacenters.map(({answering}) => answering)).toEqual([1, 1])
    expect(await file()).toContain(`ca_file: ${join(pki, 'consul-agent-ca.pem')}`)
    const report = await verify('--wait', '60s')
    expect(report).toMatchObject({exitCode: 0, failed: [], warned: ['version.known-bugs', 'raft.tolerance']})
    expect(report.skipped).not.toContain('tls.ca-shared')
  })

  it('is not drafted with another CA, without a client certificate, or over plain HTTP', async () => {
    const {adopt} = await freshFolder()
    const url = `https://${address(tls, 1)}:8501`
    const {path} = await installedConsul()
    await runProgram(path, ['tls', 'ca', 'create', '-domain', 'other'], {cwd: pki})
    const messageOf = async (...args: string[]) => (await adopt('--from', ...args)).json.error.message
    const otherCa = join(pki, 'other-agent-ca.pem')
    expect(await messageOf(url, '--ca-file', otherCa)).toBe(`the certificate of ${url} is not signed by ${otherCa}`)
    expect(await messageOf(url, '--ca-file', join(pki, 'consul-agent-ca.pem'))).toMatch(
      `${url} wants a client certificate, it seems: it ends the connection`,
    )
    expect(await messageOf(url.replace('https', 'http'))).toBe(`${url.replace('https', 'http')} speaks TLS`)
    expect(await messageOf(url)).toContain('needs the CA')
  })
})
