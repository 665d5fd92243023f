import {describe, expect, it} from 'vitest'

import {desiredPolicies, desiredTokens} from '../../../src/acl/desired.js'
import type {GrantedToken} from '../../../src/acl/endpoints.js'
import type {ObservedAcl} from '../../../src/acl/observed.js'
import {planAcl} from '../../../src/acl/plan.js'
import type {AclPolicy} from '../../../src/consul/types.js'
import type {Federation} from '../../../src/federation/model.js'
import {aDatacenter, aFederation} from '../../fixtures/federation.js'

const federation = aFederation({datacenters: [aDatacenter(1, {clients: []})]})
const nobody = {knownToken: () => undefined}
const everybody = {
  knownToken: (name: string) => ({accessorId: `accessor of ${name}`, secretId: `hush ${name}`}),
}
const nothing: ObservedAcl = {anonymous: undefined, policies: [], tokens: []}

/** What Consul has once the federation's policies and tokens are applied. */
function settled(of: Federation): ObservedAcl {
  const link = (name: string) => ({ID: `id of ${name}`, Name: name})
  return {
    anonymous: aToken({
      AccessorID: 'anonymous',
      Policies: of.acl.anonymous === 'read' ? [link('fedctl-anonymous')] : [],
    }),
    policies: desiredPolicies(of).map(({description, name, rules}) => ({
      Description: description,
      ID: `id of ${name}`,
      Name: name,
      Rules: rules,
    })),
    tokens: desiredTokens(of).map(({description, name, policies}) =>
      aToken({
        AccessorID: `accessor of ${name}`,
        Description: description,
        Policies: policies.map(link),
        SecretID: `hush ${name}`,
      }),
    ),
  }
}

function aToken(overrides: Partial<GrantedToken>): GrantedToken {
  return {AccessorID: '', Local: false, SecretID: '', ...overrides}
}

/** The settled federation with one policy or token changed. */
function withPolicy(name: string, change: Partial<AclPolicy>): ObservedAcl {
  const observed = settled(federation)
  return {...observed, policies: observed.policies.map((one) => (one.Name === name ? {...one, ...change} : one))}
}

function withToken(name: string, change: Partial<GrantedToken>): ObservedAcl {
  const observed = settled(federation)
  const accessor = `accessor of ${name}`
  return {...observed, tokens: observed.tokens.map((one) => (one.AccessorID === accessor ? {...one, ...change} : one))}
}

const summaries = (observed: ObservedAcl, of = federation) =>
  planAcl(of, everybody, observed).map(({summary}) => summary)

describe('planAcl', () => {
  it('creates every policy before the first token that names one', () => {
    expect(planAcl(federation, nobody, nothing).map(({summary}) => summary)).toEqual([
      'create policy fedctl-replication',
      'create policy fedctl-verifier',
      'create policy fedctl-gateway',
      'create policy fedctl-anonymous',
      'create policy fedctl-agent-dc1_dc1-s1',
      'create token replication with fedctl-replication',
      'create token verifier with fedctl-verifier',
      'create token gateway with fedctl-gateway',
      'create token agent/dc1/dc1-s1 with fedctl-agent-dc1_dc1-s1',
      'attach fedctl-anonymous to the anonymous token',
    ])
  })

  it('finds nothing to do where Consul has it all', () => {
    expect(planAcl(federation, everybody, settled(federation))).toEqual([])
  })

  it('finds nothing to do where ACLs are off', () => {
    const open = aFederation({acl: {...federation.acl, enabled: false}})
    expect(planAcl(open, nobody, nothing)).toEqual([])
  })

  it('holds no secret', () => {
    expect(JSON.stringify(planAcl(federation, everybody, nothing))).not.toContain('hush')
  })

  it.each<[string, Partial<AclPolicy>]>([
    ['rules', {Rules: 'operator = "write"'}],
    ['description', {Description: 'mine'}],
    ['datacenters', {Datacenters: ['dc2']}],
  ])('updates a policy whose %s differ', (_what, change) => {
    expect(summaries(withPolicy('fedctl-verifier', change))).toEqual(['update policy fedctl-verifier'])
  })

  it('leaves a policy alone that is only laid out differently', () => {
    const found = settled(federation).policies.find(({Name}) => Name === 'fedctl-verifier')
    const relaid = `# by hand\n${found?.Rules.replaceAll(/\s+/g, '  ')}`
    expect(summaries(withPolicy('fedctl-verifier', {Rules: relaid}))).toEqual([])
  })

  it('adopts a policy whose name is written in other case, as Consul does', () => {
    expect(summaries(withPolicy('fedctl-verifier', {Name: 'Fedctl-Verifier'}))).toEqual([])
  })

  it.each<[string, Partial<GrantedToken>]>([
    ['no policy', {Policies: null}],
    ['another policy', {Policies: [{ID: 'x', Name: 'other'}]}],
    [
      'a policy more',
      {
        Policies: [
          {ID: 'id of fedctl-gateway', Name: 'fedctl-gateway'},
          {ID: 'x', Name: 'global-management'},
        ],
      },
    ],
    ['a role', {Roles: [{Name: 'admin'}]}],
    ['a service identity', {ServiceIdentities: [{ServiceName: 'web'}]}],
    ['a node identity', {NodeIdentities: [{NodeName: 'x'}]}],
    ['a templated policy', {TemplatedPolicies: [{TemplateName: 'builtin/node'}]}],
    ['another description', {Description: 'mine'}],
  ])('updates a token that has %s', (_what, change) => {
    expect(summaries(withToken('gateway', change))).toEqual(['update token gateway with fedctl-gateway'])
  })

  it('creates a token that Consul does not have', () => {
    const observed = settled(federation)
    const tokens = observed.tokens.filter(({AccessorID}) => AccessorID !== 'accessor of verifier')
    expect(summaries({...observed, tokens})).toEqual(['create token verifier with fedctl-verifier'])
  })

  it('stops where Consul has a token with another secret, and names accessor and way out but no secret', () => {
    const observed = withToken('gateway', {SecretID: 'foreign'})
    expect(() => planAcl(federation, everybody, observed)).toThrow(
      expect.objectContaining({
        code: 'acl.secret-lost',
        message: expect.not.stringMatching(/foreign|hush/) as string,
        suggestions: expect.arrayContaining([expect.stringContaining('-id accessor of gateway') as string]) as string[],
      }),
    )
  })

  it('does not take a hidden secret for another one', () => {
    expect(summaries(withToken('gateway', {SecretID: '<hidden>'}))).toEqual([])
  })

  it('detaches its policy from the anonymous token where the file says none', () => {
    const closed = {...federation, acl: {...federation.acl, anonymous: 'none' as const}}
    const observed = {...settled(closed), anonymous: settled(federation).anonymous}
    expect(summaries(observed, closed)).toEqual(['detach fedctl-anonymous from the anonymous token'])
    expect(summaries(settled(closed), closed)).toEqual([])
  })
})
