import {describe, expect, it} from 'vitest'

import type {Federation} from '../../../src/federation/model.js'
import type {AgentFacts, Snapshot} from '../../../src/observe/snapshot.js'
import {aDatacenter, aFederation} from '../../fixtures/federation.js'
import {aHealthySnapshot, answer, noAnswer, withGateways, withView, without} from '../../fixtures/snapshot.js'
import {findingOf, resultOf} from './judging.js'

const model = aFederation()
const healthy = aHealthySnapshot(model)
const server = 'dc2/dc2-s1'

describe('an agent that runs with another setting than the file says', () => {
  it.each<[string, Partial<AgentFacts>, string]>([
    ['agent.primary', {primaryDatacenter: 'dc2'}, 'primary_datacenter = "dc2"'],
    ['agent.federation-on', {connectEnabled: false}, 'connect.enabled = false'],
    ['agent.federation-on', {meshGatewayFederation: false}, 'connect.enable_mesh_gateway_wan_federation = false'],
    ['agent.no-wan-join', {retryJoinWan: ['10.0.0.1', '10.0.0.2']}, 'retry_join_wan = 10.0.0.1 and 10.0.0.2'],
    ['agent.acl-mode', {aclEnabled: false}, 'acl.enabled = false'],
    ['agent.acl-mode', {aclDefaultPolicy: 'allow'}, 'acl.default_policy = "allow"'],
    ['agent.token-replication', {tokenReplication: false}, 'acl.enable_token_replication = false'],
    ['agent.domain', {domain: 'example.com'}, 'domain = "example.com"'],
  ])('fails %s', (id, facts, found) => {
    const finding = findingOf(id, server, model, withAgent(facts))
    expect(finding).toMatchObject({found, status: 'fail'})
    expect(finding.fix?.[0]).toBe('fedctl config render --dc dc2 --node dc2-s1')
    expect(resultOf(id, model, withAgent(facts)).status).toBe('fail')
  })

  it.each<[string, keyof AgentFacts]>([
    ['agent.primary', 'primaryDatacenter'],
    ['agent.federation-on', 'meshGatewayFederation'],
    ['agent.no-wan-join', 'retryJoinWan'],
    ['agent.primary-gateways', 'primaryGateways'],
    ['agent.acl-mode', 'aclEnabled'],
    ['agent.token-replication', 'tokenReplication'],
    ['agent.tls', 'tls'],
    ['agent.domain', 'domain'],
  ])('is not judged by %s where its version does not tell', (id, field) => {
    const finding = findingOf(id, server, model, withoutFact(field))
    expect(finding).toMatchObject({found: 'this version of Consul does not say', status: 'skip'})
  })
})

describe('agent.federation-on with via: wan-gossip', () => {
  const gossip = aFederation({via: 'wan-gossip'})

  it('warns of a server with the setting, and says how to finish the move', () => {
    const finding = findingOf('agent.federation-on', server, gossip, withAgent({meshGatewayFederation: true}))
    expect(finding).toMatchObject({
      fix: [
        'finish the move to mesh gateways: fedctl bootstrap secondary --existing --dc dc2',
        expect.stringContaining('via: mesh-gateways'),
      ],
      status: 'warn',
    })
  })

  it('has nothing to say of one without it', () => {
    const finding = findingOf('agent.federation-on', server, gossip, withAgent({meshGatewayFederation: false}))
    expect(finding).toMatchObject({excused: true, status: 'skip'})
  })
})

describe('agent.acl-mode', () => {
  it('knows that ACLs are on where the file has them off by a server that refuses to say', () => {
    const off = aFederation({acl: {...model.acl, enabled: false}})
    const refused = withView(aHealthySnapshot(off), server, (view) => ({
      ...view,
      agent: noAnswer('forbidden', 'GET http://x/v1/agent/self: 403 Permission denied'),
    }))
    const finding = findingOf('agent.acl-mode', server, off, refused)
    expect(finding).toMatchObject({evidence: ['Permission denied'], found: 'acl.enabled = true', status: 'fail'})
    expect(finding.fix?.[0]).toContain('if ACLs are to stay on, set acl.enabled: true in')
    const told = withView(aHealthySnapshot(off), server, (view) =>
      view.agent?.ok ? {...view, agent: answer({...view.agent.value, aclEnabled: true})} : view,
    )
    expect(findingOf('agent.acl-mode', server, off, told).fix).toEqual(finding.fix)
  })
})

describe('agent.token-replication', () => {
  it('warns about a down_policy that lets nobody in while the primary is away', () => {
    const snapshot = withAgent({aclDownPolicy: 'deny'})
    expect(findingOf('agent.token-replication', server, model, snapshot)).toMatchObject({
      found: 'down_policy "deny"',
      status: 'warn',
    })
  })

  it('is not asked where the file does without', () => {
    const off = aFederation({acl: {...model.acl, tokenReplication: false}})
    expect(resultOf('agent.token-replication', off, aHealthySnapshot(off))).toMatchObject({
      findings: [{found: 'token replication is off in the federation file'}],
      status: 'skip',
    })
  })
})

describe('agent.tls', () => {
  it.each([
    [{ca: false, cert: true}, 'ca_file not set for calls between servers'],
    [{ca: true, cert: false}, 'cert_file and key_file not set for calls between servers'],
    [{ca: false, cert: false}, 'ca_file and cert_file and key_file not set for calls between servers'],
  ])('fails with %o', (files, found) => {
    const verify = {verifyIncoming: true, verifyOutgoing: true, verifyServerHostname: true}
    const finding = findingOf('agent.tls', server, model, withAgent({tls: {...files, ...verify}}))
    expect(finding).toMatchObject({found, status: 'fail'})
  })
})

describe('agent.primary-gateways', () => {
  const judge = (primaryGateways: string[], file: Federation = model) =>
    findingOf('agent.primary-gateways', server, file, withAgent({primaryGateways}, aHealthySnapshot(file)))

  it('fails for an entry without a port, which never connects', () => {
    expect(judge(['127.7.1.21'])).toMatchObject({
      expected: 'primary_gateways with 127.7.1.21:8443',
      found: '127.7.1.21 in primary_gateways has no port: it never connects',
      status: 'fail',
    })
  })

  it('fails for an empty list', () => {
    expect(judge([])).toMatchObject({found: 'primary_gateways is empty: it cannot join', status: 'fail'})
  })

  it('fails for an entry that the file does not know', () => {
    expect(judge(['127.7.1.21:8443', '127.7.1.22:8443'])).toMatchObject({
      found: 'primary_gateways lists 127.7.1.22:8443',
      status: 'fail',
    })
  })

  it('accepts some of the entries of the file, in another spelling', () => {
    const file = withEntries(['127.7.1.21:8443', '[2001:db8::1]:8443', 'gw.example.com:8443'])
    expect(judge(['[2001:DB8:0::1]:8443', '127.7.1.21:8443'], file).status).toBe('pass')
  })

  it('fails for entries in the primary', () => {
    const snapshot = withView(healthy, 'dc1/dc1-s1', (view) =>
      view.agent?.ok ? {...view, agent: answer({...view.agent.value, primaryGateways: ['127.7.1.21:8443']})} : view,
    )
    expect(findingOf('agent.primary-gateways', 'dc1/dc1-s1', model, snapshot)).toMatchObject({
      expected: 'no entry in the primary',
      status: 'fail',
    })
  })

  it('fails where the gateways of the primary have moved away', () => {
    const moved = withView(healthy, 'dc1/dc1-s1', (view) =>
      withGateways(view, (gateway) => ({...gateway, wan: {address: '127.7.1.50', port: 8443}})),
    )
    expect(findingOf('agent.primary-gateways', server, model, moved)).toMatchObject({
      evidence: ['the primary has a gateway at 127.7.1.50:8443'],
      found: 'no gateway of dc1 is at 127.7.1.21:8443',
      status: 'fail',
    })
  })

  it('takes names and go-discover texts as they are, without the secrets in them', () => {
    const entry = 'provider=aws tag_key=gateway tag_value=dc1 secret_access_key=abcdefgh'
    const shown = 'provider=aws tag_key=hidden tag_value=dc1 secret_access_key=hidden'
    const file = withEntries([entry, 'gw.example.com:8443'])
    expect(judge([shown, 'gw.example.com:8443'], file).status).toBe('pass')
    expect(JSON.stringify(judge(['gw.example.com'], file))).not.toContain('abcdefgh')
  })
})

function withEntries(primaryGateways: string[]): Federation {
  return aFederation({datacenters: [aDatacenter(1), aDatacenter(2, {primaryGateways})]})
}

function withAgent(facts: Partial<AgentFacts>, snapshot: Snapshot = healthy): Snapshot {
  return withView(snapshot, server, (view) =>
    view.agent?.ok ? {...view, agent: answer({...view.agent.value, ...facts})} : view,
  )
}

function withoutFact(field: keyof AgentFacts): Snapshot {
  return withView(healthy, server, (view) => {
    if (!view.agent?.ok) return without(view, 'agent')
    const kept = Object.entries(view.agent.value).filter(([name]) => name !== field)
    return {...view, agent: answer(Object.fromEntries(kept) as unknown as AgentFacts)}
  })
}
