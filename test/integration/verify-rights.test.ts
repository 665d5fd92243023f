import {randomUUID} from 'node:crypto'
import {mkdir, readFile, symlink} from 'node:fs/promises'
import {join} from 'node:path'

import {execa} from 'execa'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'

import type {Report} from '../../src/checks/check.js'
import {ConsulClient} from '../../src/consul/client.js'
import type {AclToken} from '../../src/consul/types.js'
import {Secrets} from '../../src/federation/secrets.js'
import {writeWhole} from '../../src/system/files.js'
import {fedctl, fedctlScript, temporaryFolder} from './fedctl.js'
import {type RecordingProxy, recordingProxy} from './recording-proxy.js'

const rules = {
  acl: 'acl = "read"',
  agent: 'agent_prefix "" { policy = "read" }',
  node: 'node_prefix "" { policy = "read" }',
  operator: 'operator = "read"',
  service: 'service_prefix "" { policy = "read" }',
} as const

const without = (left: keyof typeof rules) =>
  Object.entries(rules).flatMap(([name, rule]) => (name === left ? [] : [rule]))

/** What a token may do, and what verification then has to name as missing. */
const cases: readonly (readonly [title: string, rules: readonly string[], missing: string])[] = [
  ['no operator rule', without('operator'), 'operator:read'],
  ['no agent rule', without('agent'), 'agent:read'],
  ['no node rule', without('node'), 'node:read'],
  ['no service rule', without('service'), 'service:read'],
  ['rights on the nodes of one datacenter', [...without('node'), 'node_prefix "dc1" { policy = "read" }'], 'node:read'],
  ['no right at all', ['key_prefix "x" { policy = "read" }'], 'agent:read, node:read, operator:read and service:read'],
]

describe('verification of a federation that denies by default', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let directory: string
  let management: ConsulClient
  let healthy: Report
  const proxies: RecordingProxy[] = []
  let answered: (request: string) => void = () => undefined

  const verify = async (token: string | undefined, ...args: string[]) => verifyIn(directory, token, ...args)

  const verifyIn = async (workspace: string, token: string | undefined, ...args: string[]) => {
    const ended = await fedctl(['verify', '--federation', join(workspace, 'proxied.yaml'), '--json', ...args], {
      env: {CONSUL_HTTP_TOKEN: token},
    })
    return {...ended, report: JSON.parse(ended.stdout) as Report}
  }

  const aToken = async (text: string) => {
    const {Name} = await management.request<{Name: string}>('/v1/acl/policy', {
      body: {Name: randomUUID(), Rules: text},
      method: 'PUT',
    })
    const {SecretID} = await management.request<AclToken & {SecretID: string}>('/v1/acl/token', {
      body: {Policies: [{Name}]},
      method: 'PUT',
    })
    return SecretID
  }

  const aclsOfPrimary = async () => ({
    policies: await management.request('/v1/acl/policies'),
    tokens: await management.request<(AclToken & {ExpirationTime?: string})[]>('/v1/acl/tokens'),
  })

  const probeTokens = async () =>
    (await aclsOfPrimary()).tokens.filter(({Description}) => Description?.includes('probe'))

  beforeAll(async () => {
    folder = await temporaryFolder()
    directory = join(folder.path, 'lab')
    const up = await fedctl(['lab', 'up', '--dir', directory])
    expect(up, up.stderr).toMatchObject({exitCode: 0})
    const file = await readFile(join(directory, 'federation.yaml'), 'utf8')
    let proxied = file.replace(/^ *token: workspace\n/m, '')
    for (const [line, address] of file.matchAll(/\{ name: dc\d-s1, address: (\S+) \}/g)) {
      const proxy = await recordingProxy(`http://${address ?? ''}:8500`, (request) => {
        answered(request)
      })
      proxies.push(proxy)
      proxied = proxied.replace(line, line.replace(' }', `, api: { url: "${proxy.url}" } }`))
    }
    await writeWhole(join(directory, 'proxied.yaml'), proxied)
    const token = (await Secrets.load(directory)).knownToken('management')?.secretId ?? ''
    management = new ConsulClient({token, url: proxies[0]?.url ?? ''})
    healthy = (await verify(undefined)).report
  })

  afterAll(async () => {
    await fedctl(['lab', 'down', '--dir', directory, '--purge'])
    await folder.remove()
    for (const proxy of proxies) await proxy.close()
    await management.close()
  })

  it('skips nothing for want of rights with the token that acl apply makes', () => {
    expect(healthy.summary.fail).toBe(0)
    expect(healthy.checks.filter(({status}) => status === 'skip').map(({id}) => id)).toEqual(['gateway.envoy'])
  })

  it('needs no right to read ACLs', async () => {
    const {report} = await verify(await aToken(without('acl').join('\n')))
    expect(report.summary).toEqual(healthy.summary)
  })

  /** Everything that a weaker token leaves to see is as before; all else is skipped, and names what is missing. */
  const expectHonest = (report: Report, reason: RegExp) => {
    expect(report.checks.filter(({status}) => status === 'fail').map(({id}) => id)).toEqual(['access.token'])
    expect(report.diagnosis.map(({cause}) => cause)).toEqual(['access.token'])
    for (const {findings, id} of report.checks.filter((check) => check.id !== 'access.token')) {
      const before = healthy.checks.find((check) => check.id === id)?.findings ?? []
      for (const {found, status, subject} of findings) {
        if (status === before.find((finding) => finding.subject === subject)?.status) continue
        expect(status, `${id} ${subject}: ${found ?? ''}`).toBe('skip')
        expect(found, `${id} ${subject}`).toMatch(reason)
      }
    }
  }

  it.each(cases)(
    'names what is missing with %s, and judges nothing that it cannot know',
    async (_title, text, missing) => {
      const {exitCode, report} = await verify(await aToken(text.join('\n')))
      expect(exitCode).toBe(1)
      const [finding] = report.checks.find(({id}) => id === 'access.token')?.findings ?? []
      expect(finding?.found).toBe(`the token lacks ${missing}`)
      expectHonest(report, /the token lacks .*:read/)
    },
  )

  it('says that the servers do not know the token', async () => {
    const {report} = await verify('11111111-1111-1111-1111-111111111111')
    expectHonest(report, /the server does not know the token/)
  })

  it('says that no token was sent', async () => {
    const bare = join(folder.path, 'bare')
    await mkdir(bare)
    for (const part of ['pki', 'proxied.yaml']) await symlink(join(directory, part), join(bare, part))
    const {report} = await verifyIn(bare, undefined)
    expect(report.checks.find(({id}) => id === 'access.token')?.findings[0]?.found).toBe('no token was sent')
    expectHonest(report, /the token lacks .*:read|the workspace holds no such token/)
  })

  it('asks, and changes nothing', async () => {
    const before = await aclsOfPrimary()
    for (const proxy of proxies) proxy.requests.length = 0
    await verify(undefined, '--full')
    const requests = proxies.flatMap((proxy) => proxy.requests)
    expect(requests.length).toBeGreaterThan(20)
    // Consul takes the list of rights that it is asked about as a body.
    expect(new Set(requests.filter((line) => !line.startsWith('GET ')))).toEqual(
      new Set(['POST /v1/internal/acl/authorize']),
    )
    expect(await aclsOfPrimary()).toEqual(before)
  })

  it('says with --write-probes that the verifier may not write, and writes with a token that may', async () => {
    const weak = await verify(undefined, '--write-probes', '--only', 'acl.roundtrip')
    expect(weak.report.checks[0]).toMatchObject({status: 'pass'})
    const verifier = (await Secrets.load(directory)).knownToken('verifier')?.secretId
    const {exitCode, report} = await verify(verifier, '--write-probes', '--only', 'acl.roundtrip')
    expect(exitCode).toBe(1)
    expect(report.checks[0]?.findings[0]).toMatchObject({
      found: 'the token lacks acl:write (Permission denied)',
      status: 'skip',
    })
    expect(await probeTokens()).toEqual([])
  })

  it.each([
    ['SIGINT', 130, 0],
    ['SIGKILL', undefined, 1],
  ] as const)(
    'leaves after %s in the middle of a write probe at most a token that Consul removes itself',
    async (signal, code, left) => {
      const args = ['verify', '--federation', join(directory, 'proxied.yaml'), '--write-probes', '--only', 'acl']
      const child = execa(process.execPath, [fedctlScript, ...args], {
        env: {CONSUL_HTTP_TOKEN: undefined},
        reject: false,
        stdin: 'ignore',
        timeout: 60_000,
      })
      answered = (request) => {
        if (request === 'PUT /v1/acl/token') child.kill(signal)
      }
      const {exitCode} = await child
      answered = () => undefined
      expect(exitCode).toBe(code)
      const tokens = await probeTokens()
      expect(tokens).toHaveLength(left)
      for (const {ExpirationTime = '', Policies} of tokens) {
        expect(Date.parse(ExpirationTime) - Date.now()).toBeLessThan(16 * 60_000)
        expect(Policies ?? []).toEqual([])
      }
    },
  )
})
