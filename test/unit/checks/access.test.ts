import {describe, expect, it} from 'vitest'

import {aFederation} from '../../fixtures/federation.js'
import {aHealthySnapshot, answer, failing, noAnswer, withRemote, withView, withViews} from '../../fixtures/snapshot.js'
import {findingOf, resultOf} from './judging.js'

const model = aFederation()
const healthy = aHealthySnapshot(model)
const server = 'dc1/dc1-s1'

describe('access.api', () => {
  it.each([
    ['unreachable', 'connect ECONNREFUSED 127.7.1.1:8500'],
    ['timeout', 'no answer in time'],
    ['tls', 'self-signed certificate'],
    ['malformed', 'the answer is not JSON'],
  ] as const)('fails with what happened where the API is %s', (kind, text) => {
    const failure = {kind, message: `GET http://127.7.1.1:8500/v1/status/leader: ${text}`}
    const finding = findingOf(
      'access.api',
      server,
      model,
      withView(healthy, server, (view) => failing(view, failure)),
    )
    expect(finding).toMatchObject({
      expected: 'an answer at http://127.7.1.1:8500',
      found: text,
      status: 'fail',
    })
  })

  it.each([
    ['timeout', [/^end dc1\/dc1-s1 if it runs and answers nothing: .+pid/, /fedctl bootstrap primary$/]],
    ['unreachable', [/fedctl bootstrap primary$/]],
  ] as const)('has a process of this machine that hangs ended before it is started: %s', (kind, lines) => {
    const here = {
      ...model,
      datacenters: model.datacenters.map((datacenter) => ({
        ...datacenter,
        servers: datacenter.servers.map((one) => ({...one, host: 'local' as const})),
      })),
    }
    const silent = withView(healthy, server, (view) => failing(view, {kind, message: 'no answer in time'}))
    const {fix = []} = findingOf('access.api', server, here, silent)
    expect(fix.slice(0, -1)).toEqual(lines.map((line) => expect.stringMatching(line) as unknown))
  })

  it('sends a TLS failure to the settings of the access, not to the process', () => {
    const failure = {kind: 'tls', message: 'GET https://127.7.1.1:8501/v1/status/leader: unable to verify'} as const
    const {fix} = findingOf(
      'access.api',
      server,
      model,
      withView(healthy, server, (view) => failing(view, failure)),
    )
    expect(fix?.join(' ')).toContain('api.ca_file')
  })

  it.each(['forbidden', 'refused', 'not-found'] as const)('passes where Consul answers, if only with %s', (kind) => {
    const snapshot = withView(healthy, server, (view) => ({...view, leader: noAnswer(kind, 'no')}))
    expect(findingOf('access.api', server, model, snapshot).status).toBe('pass')
  })

  it('fails where one answer cannot be read, though the server says who leads', () => {
    const text = 'GET http://127.7.1.1:8500/v1/agent/self: the answer is not JSON'
    const snapshot = withView(healthy, server, (view) => ({...view, agent: noAnswer('malformed', text)}))
    expect(findingOf('access.api', server, model, snapshot)).toMatchObject({found: text, status: 'fail'})
  })
})

describe('access.token', () => {
  it('fails with each permission that the token lacks', () => {
    const permissions = answer({agent: true, node: false, operator: false, service: true})
    const snapshot = withView(healthy, server, (view) => ({...view, permissions}))
    expect(findingOf('access.token', server, model, snapshot)).toMatchObject({
      found: 'the token lacks node:read and operator:read',
      status: 'fail',
    })
  })

  it('fails where a rule on one name takes back what the one on all names gives, and says which counts', () => {
    const hidden = {'catalog-gateways': ['node:read dc2-c1'], 'lan-members': ['node:read dc2-c1', 'node:read dc2-s1']}
    const snapshot = withView(healthy, server, (view) => ({...view, hidden}))
    const finding = findingOf('access.token', server, model, snapshot)
    expect(finding).toMatchObject({found: 'the token lacks node:read dc2-c1 and node:read dc2-s1', status: 'fail'})
    expect(finding.expected).toBe('no rule of the token that takes rights back on single names')
    expect(finding.fix?.[0]).toBe(
      'take what denies dc2-c1 and dc2-s1, by name or prefix, out of the policies of that token: consul acl token read -self',
    )
    expect(finding.evidence?.at(-1)).toMatch(/^a rule on one name counts more/)
    const permissions = answer({agent: true, node: false, operator: true, service: true})
    const weak = withView(snapshot, server, (view) => ({...view, permissions}))
    const inGeneral = findingOf('access.token', server, model, weak)
    expect(inGeneral.found).toBe('the token lacks node:read')
    expect(inGeneral.fix).toHaveLength(1)
  })

  it('asks for what is missing in general and on single names, of which it lists five', () => {
    const names = Array.from({length: 200}, (_, index) => `node:read n${index}`)
    const permissions = answer({agent: true, node: true, operator: false, service: true})
    const snapshot = withView(healthy, server, (view) => ({...view, hidden: {'lan-members': names}, permissions}))
    expect(findingOf('access.token', server, model, snapshot)).toMatchObject({
      expected:
        'a policy of the token with operator = "read", and no rule of the token that takes rights back on single names',
      found:
        'the token lacks operator:read, node:read n0, node:read n1, node:read n2, node:read n3, node:read n4 and 195 more',
    })
  })

  it('fails on a refusal even where Consul does not tell what the token may do', () => {
    const refusal = noAnswer(
      'forbidden',
      'GET http://127.7.1.1:8500/v1/internal/federation-states: 403 Permission denied',
    )
    const snapshot = withView(healthy, server, (view) => ({
      ...view,
      federationStates: refusal,
      permissions: noAnswer('not-found', 'no such endpoint'),
    }))
    expect(findingOf('access.token', server, model, snapshot).found).toBe('the token lacks operator:read')
  })

  it('fails on an empty answer from another datacenter, which is what a token without rights gets', () => {
    const snapshot = withView(healthy, server, (view) => withRemote(view, 'dc2', {services: answer(0)}))
    expect(findingOf('access.token', server, model, snapshot).found).toBe('the token lacks service:read in dc2')
  })

  it('says that the server does not know the token', () => {
    const failure = {
      kind: 'forbidden',
      message: 'GET http://127.7.1.1:8500/v1/acl/token/self: 403 ACL not found',
    } as const
    const snapshot = withView(healthy, server, (view) => failing(view, failure))
    expect(findingOf('access.token', server, model, snapshot)).toMatchObject({
      found: 'the server does not know the token that was sent',
      status: 'fail',
    })
  })

  it('names the rules that the policy of the token needs', () => {
    const snapshot = withView(healthy, server, (view) => ({
      ...view,
      permissions: answer({agent: true, node: false, operator: false, service: true}),
    }))
    expect(findingOf('access.token', server, model, snapshot).expected).toBe(
      'a policy of the token with node_prefix "" { policy = "read" } and operator = "read"',
    )
  })

  it.each([
    ['older', noAnswer('forbidden', 'GET http://127.7.1.1:8500/v1/acl/token/self: 403 ACL not found')],
    ['newer', answer({accessorId: '00000000-0000-0000-0000-000000000002', policies: []})],
  ])('says that no token was sent, as %s versions answer then', (_versions, token) => {
    const snapshot = withView(healthy, server, (view) => ({
      ...view,
      permissions: answer({agent: false, node: true, operator: false, service: true}),
      token,
    }))
    expect(findingOf('access.token', server, model, snapshot)).toMatchObject({
      evidence: ['refused: agent:read and operator:read'],
      found: 'no token was sent',
      status: 'fail',
    })
  })

  it('is not asked of a server that is silent', () => {
    const failure = {kind: 'unreachable', message: 'connect ECONNREFUSED'} as const
    const snapshot = withView(healthy, server, (view) => failing(view, failure))
    expect(findingOf('access.token', server, model, snapshot).status).toBe('skip')
  })
})

describe('access.clock', () => {
  it.each([
    [30_000, 'pass', '30 s ahead of this machine'],
    [31_000, 'warn', '31 s ahead of this machine'],
    [-45_000, 'warn', '45 s behind this machine'],
  ] as const)('judges an offset of %i ms as %s', (clockOffsetMs, status, found) => {
    const snapshot = withViews(healthy, (view) => ({...view, clockOffsetMs}))
    expect(findingOf('access.clock', server, model, snapshot)).toMatchObject({found, status})
    expect(resultOf('access.clock', model, snapshot).status).toBe(status)
  })
})
