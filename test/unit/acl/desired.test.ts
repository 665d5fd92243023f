import {describe, expect, it} from 'vitest'

import {desiredPolicies, desiredTokens} from '../../../src/acl/desired.js'
import {sameRules} from '../../../src/acl/same-rules.js'
import {aDatacenter, aFederation, aGateway, aServer} from '../../fixtures/federation.js'

const federation = aFederation()
const rulesOf = (name: string, of = federation) =>
  desiredPolicies(of).find((policy) => policy.name === name)?.rules ?? ''

describe('desiredPolicies', () => {
  it('wants one for each purpose and one for each agent', () => {
    expect(desiredPolicies(federation).map(({name}) => name)).toEqual([
      'fedctl-replication',
      'fedctl-verifier',
      'fedctl-gateway',
      'fedctl-anonymous',
      'fedctl-agent-dc1_dc1-s1',
      'fedctl-agent-dc1_dc1-c1',
      'fedctl-agent-dc2_dc2-s1',
      'fedctl-agent-dc2_dc2-c1',
    ])
  })

  it.each([
    [
      'fedctl-replication',
      'acl = "write" operator = "write" service_prefix "" { policy = "read" intentions = "read" }',
    ],
    [
      'fedctl-verifier',
      `acl = "read" operator = "read" agent_prefix "" { policy = "read" } node_prefix "" { policy = "read" }
       service_prefix "" { policy = "read" }`,
    ],
    [
      'fedctl-gateway',
      `service "mesh-gateway" { policy = "write" } agent_prefix "" { policy = "read" } node_prefix "" { policy = "read" }
       service_prefix "" { policy = "read" }`,
    ],
    ['fedctl-anonymous', 'node_prefix "" { policy = "read" } service_prefix "" { policy = "read" }'],
    ['fedctl-agent-dc2_dc2-s1', 'node "dc2-s1" { policy = "write" } service_prefix "" { policy = "read" }'],
  ])('gives %s what it needs and nothing else', (name, rules) => {
    expect(sameRules(rulesOf(name), rules)).toBe(true)
  })

  it('lets the gateway token write each service name that gateways have, once', () => {
    const gateways = [
      aGateway('dc1', 'a', '127.7.1.21', 'dc1-c1', {service: 'edge'}),
      aGateway('dc1', 'b', '127.7.1.22', 'dc1-c1'),
      aGateway('dc1', 'c', '127.7.1.23', 'dc1-c1'),
    ]
    const rules = rulesOf('fedctl-gateway', aFederation({datacenters: [aDatacenter(1, {gateways})]}))
    expect(rules.match(/service "[^"]*"/g)).toEqual(['service "edge"', 'service "mesh-gateway"'])
  })

  it('makes no gateway policy and token where there are no gateways', () => {
    const bare = aFederation({datacenters: [aDatacenter(1, {gateways: []})], via: 'wan-gossip'})
    expect(desiredPolicies(bare).map(({name}) => name)).not.toContain('fedctl-gateway')
    expect(desiredTokens(bare).map(({name}) => name)).not.toContain('gateway')
  })

  it('makes no policy for the anonymous token where it is to have none', () => {
    const closed = aFederation({acl: {...federation.acl, anonymous: 'none'}})
    expect(desiredPolicies(closed).map(({name}) => name)).not.toContain('fedctl-anonymous')
  })

  it('says of each policy what it is for', () => {
    for (const {description} of desiredPolicies(federation)) expect(description).toMatch(/^fedctl: \w/)
  })
})

describe('desiredTokens', () => {
  it('wants one token for each purpose and one for each agent, with one policy each that is wanted too', () => {
    const tokens = desiredTokens(federation)
    expect(tokens.map(({name}) => name)).toEqual([
      'replication',
      'verifier',
      'gateway',
      'agent/dc1/dc1-s1',
      'agent/dc1/dc1-c1',
      'agent/dc2/dc2-s1',
      'agent/dc2/dc2-c1',
    ])
    const policies = new Set(desiredPolicies(federation).map(({name}) => name))
    expect(
      tokens.every((token) => token.policies.length === 1 && token.policies.every((name) => policies.has(name))),
    ).toBe(true)
  })

  it('gives nodes of the same name in two datacenters tokens and policies of their own', () => {
    const twins = aFederation({
      datacenters: [1, 2].map((n) => aDatacenter(n, {clients: [], servers: [aServer(`dc${n}`, 's1', `127.7.${n}.1`)]})),
    })
    const ofAgents = desiredTokens(twins).filter(({name}) => name.startsWith('agent/'))
    expect(ofAgents.map(({name, policies}) => [name, ...policies])).toEqual([
      ['agent/dc1/s1', 'fedctl-agent-dc1_s1'],
      ['agent/dc2/s1', 'fedctl-agent-dc2_s1'],
    ])
  })
})

describe('a federation without ACLs', () => {
  it('wants neither policies nor tokens', () => {
    const open = aFederation({acl: {...federation.acl, enabled: false}})
    expect([...desiredPolicies(open), ...desiredTokens(open)]).toEqual([])
  })
})
