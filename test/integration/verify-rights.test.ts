import {randomUUID} from 'node:crypto'
import {mkdir, readFile, symlink} from 'node:fs/promises'
import {join} from 'node:path'

import {execa} from 'execa'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'

import {readPolicyByName, updatePolicy} from '../../src/acl/endpoints.js'
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
  [
    'a deny on the name of a server in the LAN pool',
    [...Object.values(rules), 'node "dc2-s1" { policy = "deny" }'],
    'node:read dc2-s1',
  ],
  [
    'a deny on the name of a server in the WAN pool',
    [...Object.values(rules), 'node "dc2-s1.dc2" { policy = "deny" }'],
    'node:read dc2-s1.dc2',
  ],
  [
    'a deny on a prefix that is longer than the one of the grant',
    [...Object.values(rules), 'node_prefix "dc1-s1" { policy = "deny" }', 'node "dc1-s1" { policy = "read" }'],
    'node:read dc1-s1.dc1',
  ],
  [
    'a deny on the service of the gateways',
    [...Object.values(rules), 'service "mesh-gateway" { policy = "deny" }'],
    'service:read mesh-gateway',
  ],
  [
    'a deny on the node of a gateway',
    [...Object.values(rules), 'node "dc1-c1" { policy = "deny" }'],
    'node:read dc1-c1',
  ],
  [
    'a deny and a grant of the same name in one policy each, where deny wins',
    [...Object.values(rules), 'node "dc2-c1" { policy = "deny" }', 'SPLIT', 'node "dc2-c1" { policy = "write" }'],
    'node:read dc2-c1',
  ],
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

  const aPolicy = async (Rules: string) => {
    const body = {Name: randomUUID(), Rules}
    return management.request<{Name: string}>('/v1/acl/policy', {body, method: 'PUT'})
  }

  /** With one policy, or with one for each part between lines `SPLIT`. */
  const aToken = async (text: string) => {
    const policies = await Promise.all(text.split('SPLIT').map(aPolicy))
    const {SecretID} = await management.request<AclToken & {SecretID: string}>('/v1/acl/token', {
      body: {Policies: policies.map(({Name}) => ({Name}))},
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
    healthy = (await verify(undefined, '--wait', '1m')).report
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
      const findings = report.checks.find(({id}) => id === 'access.token')?.findings ?? []
      expect(findings.find(({status}) => status === 'fail')?.found).toBe(`the token lacks ${missing}`)
      expectHonest(report, /the token lacks .*:read/)
    },
  )

  it.each([
    [
      'deny of a prefix',
      ['node_prefix "dc1-" { policy = "deny" }'],
      ['node "dc1-s1"', 'node "dc1-c1"', 'node "dc1-s1.dc1"'],
    ],
    ['deny of a shorter prefix', ['node_prefix "dc" { policy = "deny" }'], ['node_prefix "dc1"', 'node_prefix "dc2"']],
    ['deny of another name', ['service "web" { policy = "deny" }', 'node "web-1" { policy = "deny" }'], []],
  ])('lets a grant of a name or a longer prefix count more than a %s', async (_title, denies, grants) => {
    const granted = grants.map((rule) => `${rule} { policy = "read" }`)
    const {report} = await verify(await aToken([...Object.values(rules), ...denies, ...granted].join('\n')))
    expect(report.summary).toEqual(healthy.summary)
  })

  it('sees a deny on a single name in the tokens of the workspace, and what one may do without a token by name', async () => {
    const changed = async (name: string, more: string) => {
      const policy = await readPolicyByName(management, name, {})
      const put = (rules: string) =>
        updatePolicy(management, policy, {description: policy.Description, name, rules}, {})
      await put(`${policy.Rules}\n${more}`)
      return () => put(policy.Rules ?? '')
    }
    const undo = [
      await changed('fedctl-gateway', 'node "dc2-s1" { policy = "deny" }'),
      await changed('fedctl-replication', 'service "web" { policy = "deny" }'),
    ]
    const entry = {Kind: 'service-defaults', Name: 'web', Protocol: 'http'}
    await management.request('/v1/config', {body: entry, method: 'PUT'})
    await expect
      .poll(
        async () => {
          const {report} = await verify(undefined, '--only', 'acl.gateway-token,acl.replication-rights,entries')
          return report.checks.flatMap(({findings}) => findings.map(({found}) => found ?? ''))
        },
        {interval: 1000, timeout: 60_000},
      )
      .toEqual(
        expect.arrayContaining([
          'the gateway token lacks node:read dc2-s1',
          'the replication token lacks service:read web',
        ]),
      )
    for (const restore of undo) await restore()
    await management.request('/v1/config/service-defaults/web', {method: 'DELETE'})
    const anonymous = await aPolicy('service "consul" { policy = "read" }\nnode "dc1-s1" { policy = "read" }')
    const path = '/v1/acl/token/00000000-0000-0000-0000-000000000002'
    const before = await management.request<AclToken>(path)
    await management.request(path, {body: {...before, Policies: [{Name: anonymous.Name}]}, method: 'PUT'})
    const file = join(directory, 'proxied.yaml')
    const text = await readFile(file, 'utf8')
    await writeWhole(file, text.replace(/anonymous: \w+/, 'anonymous: none'))
    await expect
      .poll(
        async () => {
          const {report} = await verify(undefined, '--only', 'acl.anonymous')
          return report.checks[0]?.findings[0]?.found
        },
        {interval: 1000, timeout: 60_000},
      )
      .toBe('without a token one may do node:read dc1-s1 and service:read consul in dc1')
    await writeWhole(file, text)
    await management.request(path, {body: before, method: 'PUT'})
  })

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
