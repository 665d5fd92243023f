import fc from 'fast-check'
import {describe, expect, it} from 'vitest'

import {compareHoldings} from '../../../src/holdings/compare.js'
import type {HeldToken, Holdings} from '../../../src/holdings/holdings.js'
import type {Comparison} from '../../../src/holdings/thing.js'
import {aHeldToken, noHoldings} from '../../fixtures/holdings.js'

const now = new Date('2026-11-20T12:00:00Z')
const fedctlsPolicies = ['fedctl-verifier', 'fedctl-agent-dc2_dc2-s1']

const compare = (own: Partial<Holdings>, primary: Partial<Holdings> = {}, adopt = true): Comparison =>
  compareHoldings({
    adopt,
    datacenter: 'dc2',
    fedctlsPolicies,
    now,
    own: {...noHoldings, ...own},
    primary: {...noHoldings, ...primary},
  })

const aPolicy = (Name: string, Rules: string, Datacenters?: string[]) => ({
  Description: '',
  ID: `id of ${Name}`,
  Name,
  Rules,
  ...(Datacenters ? {Datacenters} : {}),
})
const aToken = (n: number, rights: Partial<HeldToken> = {}) => aHeldToken(`accessor-${n}`, rights)
const fates = ({things}: Comparison) => Object.fromEntries(things.map(({fate, key}) => [key, fate]))

describe('what a datacenter on its own holds', () => {
  it('is made in the primary with policies that are in force in that datacenter alone', () => {
    const comparison = compare({
      policies: [aPolicy('shop', 'a'), aPolicy('far', 'b', ['dc2', 'dc3']), aPolicy('elsewhere', 'c', ['dc1'])],
    })
    expect(comparison.recreations.map(({body}) => body.Datacenters)).toEqual([['dc2'], ['dc2']])
    expect(fates(comparison)).toMatchObject({elsewhere: 'conflict'})
  })

  it('is made in the primary with identities that are in force in that datacenter alone', () => {
    const [{body} = {body: {}}] = compare({
      tokens: [
        aToken(1, {
          NodeIdentities: [
            {Datacenter: 'dc1', NodeName: 'n1'},
            {Datacenter: 'dc2', NodeName: 'n2'},
          ],
          ServiceIdentities: [
            {Datacenters: ['dc1', 'dc2'], ServiceName: 'a'},
            {Datacenters: ['dc1'], ServiceName: 'b'},
          ],
        }),
      ],
    }).recreations
    expect(body).toMatchObject({
      NodeIdentities: [{Datacenter: 'dc2', NodeName: 'n2'}],
      ServiceIdentities: [{Datacenters: ['dc2'], ServiceName: 'a'}],
    })
  })

  it.each([`# all\nacl = "write"`, `{"acl": "write"}`, `ACL="write" key_prefix "" { policy = "read" }`])(
    'is not put into the primary where its tokens would see the secrets of others: %s',
    (rules) => {
      const rights = {Policies: [{Name: 'admin'}]}
      const comparison = compare({
        policies: [aPolicy('admin', rules), aPolicy('reader', 'acl = "read" # acl = "write"')],
        roles: [{ID: 'r', Name: 'admins', ...rights}],
        tokens: [
          aToken(1, rights),
          aToken(2, {Roles: [{Name: 'admins'}]}),
          aToken(3, {Policies: [{Name: 'reader'}]}),
          aToken(4, {Local: true, ...rights}),
        ],
      })
      expect(fates(comparison)).toMatchObject({
        'accessor-1': 'conflict',
        'accessor-2': 'conflict',
        'accessor-3': 'recreate',
        'accessor-4': 'stays',
      })
      expect(comparison.things.find(({key}) => key === 'accessor-4')?.reason).toContain('secrets of all global tokens')
    },
  )

  it('stays as a local token, which says what it loses where nothing is made in the primary', () => {
    const rights = {Policies: [{Name: 'shop'}, {Name: 'same'}], Roles: [{Name: 'keeper'}]}
    const own = {
      policies: [aPolicy('shop', 'a'), aPolicy('same', 'b')],
      roles: [{ID: 'r', Name: 'keeper', Policies: [{Name: 'shop'}]}],
      tokens: [aToken(1, {Local: true, ...rights})],
    }
    const token = (adopt: boolean) =>
      compare(own, {policies: [aPolicy('same', 'b')]}, adopt).things.find(({what}) => what === 'local token')
    expect(token(false)).toMatchObject({
      fate: 'stays',
      reason: 'without shop, keeper, which the primary does not have',
    })
    expect(token(true)?.reason).toBeUndefined()
  })

  it('conflicts where an intention of before 1.9 says something else than the entry of a newer primary', () => {
    const anIntention = (SourceName: string, Action: string) => ({
      Action,
      DestinationName: 'db',
      SourceName,
      SourceType: 'consul',
    })
    const entry = {
      Kind: 'service-intentions',
      Name: 'db',
      Sources: [
        {Action: 'deny', Name: 'api', Type: 'consul'},
        {Action: 'allow', Name: 'web', Type: 'consul'},
        {Name: 'batch', Permissions: [{Action: 'allow'}], Type: 'consul'},
      ],
    }
    const intentions = ['api', 'web', 'batch', 'new'].map((name) => anIntention(name, 'allow'))
    const comparison = compare({intentions}, {entries: [entry]})
    expect(fates(comparison)).toEqual({
      'api → db': 'conflict',
      'batch → db': 'conflict',
      'new → db': 'recreate',
      'web → db': 'equal',
    })
  })

  it('conflicts where the primary has something else of that name, with all that depends on it', () => {
    const comparison = compare(
      {
        policies: [aPolicy('shop', 'a')],
        roles: [{ID: 'r', Name: 'keeper', Policies: [{Name: 'shop'}]}],
        tokens: [aToken(1, {Policies: [{Name: 'shop'}]}), aToken(2, {Roles: [{Name: 'keeper'}]})],
      },
      {policies: [aPolicy('Shop', 'b')]},
    )
    expect(fates(comparison)).toEqual({
      'accessor-1': 'conflict',
      'accessor-2': 'conflict',
      keeper: 'conflict',
      shop: 'conflict',
    })
    expect(comparison.recreations).toEqual([])
  })

  it('gains no right elsewhere where the primary has the same policy in force everywhere', () => {
    const comparison = compare(
      {policies: [aPolicy('shop', 'a  b')], tokens: [aToken(1, {Policies: [{Name: 'shop'}]})]},
      {policies: [aPolicy('shop', 'a b')]},
    )
    expect(fates(comparison)).toEqual({'accessor-1': 'recreate', shop: 'equal'})
    expect(comparison.recreations.map(({body}) => body)).toMatchObject([
      {Datacenters: ['dc2'], Name: 'shop_dc2', Rules: 'a  b'},
      {AccessorID: 'accessor-1', Policies: [{Name: 'shop_dc2'}], SecretID: 'secret of accessor-1'},
    ])
  })

  it('is left to fedctl where it is a policy that fedctl makes for this federation', () => {
    const made = fedctlsPolicies.map((name) => aPolicy(name, 'a'))
    const comparison = compare({policies: [...made, aPolicy('fedctl-agent-dc2_old', 'c')]}, {policies: made})
    expect(fates(comparison)).toEqual({
      'fedctl-agent-dc2_dc2-s1': 'replaced',
      'fedctl-agent-dc2_old': 'recreate',
      'fedctl-verifier': 'replaced',
    })
    const [changed] = compare({policies: [aPolicy('fedctl-verifier', 'x')]}, {policies: made}).things
    expect(changed).toMatchObject({
      fate: 'conflict',
      reason: 'fedctl makes another one of that name for the federation',
    })
  })

  it('is not made once more when it has been made', () => {
    const own = {
      policies: [aPolicy('shop', 'a'), aPolicy('same', 'c')],
      roles: [{ID: 'r', Name: 'keeper', Policies: [{Name: 'shop'}], ServiceIdentities: [{ServiceName: 'web'}]}],
      tokens: [aToken(1, {Policies: [{Name: 'same'}], Roles: [{Name: 'keeper'}]})],
    }
    const same = aPolicy('same', 'c')
    const {recreations} = compare(own, {policies: [same]})
    const bodies = (what: string) => recreations.filter((one) => one.what === what).map(({body}) => body as never)
    const again = compare(own, {policies: [same, ...bodies('policy')], roles: bodies('role'), tokens: bodies('token')})
    expect(again.recreations).toEqual([])
    expect(new Set(again.things.map(({fate}) => fate))).toEqual(new Set(['equal']))
  })

  it('does not put a token into the primary that may do everything, has expired, or whose secret is taken', () => {
    const management = {...aPolicy('global-management', ''), ID: '00000000-0000-0000-0000-000000000001'}
    const comparison = compare(
      {
        policies: [management],
        tokens: [
          aToken(1, {Policies: [{Name: 'global-management'}]}),
          aToken(2, {ExpirationTime: '2026-11-20T12:01:00Z'}),
          aToken(3),
          aToken(4, {AuthMethod: 'jwt'}),
          aToken(5, {Legacy: true}),
          aToken(6, {ExpirationTime: '2026-11-20T18:00:00Z'}),
        ],
      },
      {policies: [management], tokens: [{...aToken(9), SecretID: 'secret of accessor-3'}]},
    )
    expect(fates(comparison)).toMatchObject({
      'accessor-1': 'conflict',
      'accessor-2': 'conflict',
      'accessor-3': 'conflict',
      'accessor-4': 'conflict',
      'accessor-5': 'conflict',
      'accessor-6': 'recreate',
    })
  })

  it('says which rights a local token loses', () => {
    const {things} = compare(
      {policies: [aPolicy('shop', 'a')], tokens: [aToken(1, {Local: true, Policies: [{Name: 'shop'}]})]},
      {policies: [aPolicy('shop', 'b')]},
    )
    expect(things.find(({what}) => what === 'local token')).toMatchObject({
      fate: 'stays',
      reason: expect.stringContaining('shop') as string,
    })
  })

  it('ends in exactly one fate, and what is to be made is what is missing and what that needs', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'D')
    const links = fc.array(
      name.map((Name) => ({Name})),
      {maxLength: 2},
    )
    const policies = fc.uniqueArray(
      fc.record({
        Datacenters: fc.constantFrom<string[] | null>(null, ['dc2'], ['dc1'], ['dc1', 'dc2']),
        Description: fc.constant(''),
        ID: fc.uuid(),
        Name: name,
        Rules: fc.constantFrom('x', 'y'),
      }),
      {selector: ({Name}) => Name},
    )
    const roles = fc.uniqueArray(fc.record({ID: fc.uuid(), Name: name, Policies: links}), {selector: ({Name}) => Name})
    const tokens = fc.uniqueArray(
      fc.record({
        AccessorID: fc.constantFrom('t1', 't2', 't3', 't4'),
        Local: fc.boolean(),
        Policies: links,
        Roles: links,
        SecretID: fc.constantFrom('s1', 's2', 's3', 's4', 's5'),
      }),
      {selector: ({AccessorID}) => AccessorID},
    )
    const entries = fc.uniqueArray(
      fc.record({
        Kind: fc.constantFrom('service-defaults', 'service-router'),
        Name: name,
        Protocol: fc.constantFrom('http', 'tcp'),
      }),
      {selector: ({Kind, Name}) => `${Kind}/${Name}`},
    )
    const side = fc.record({entries, policies, roles, tokens})
    fc.assert(
      fc.property(side, side, (own, primary) => {
        const {recreations, things} = compare(own, primary)
        const count = own.entries.length + own.policies.length + own.roles.length + own.tokens.length
        expect(things).toHaveLength(count)
        const ids = things.map(({key, what}) => `${what.replace('local ', '')} ${key}`)
        expect(new Set(ids).size).toBe(count)
        const made = recreations.map(({key, what}) => `${what} ${key}`)
        expect(new Set(made).size).toBe(made.length)
        const missing = things.filter(({fate}) => fate === 'recreate').map(({key, what}) => `${what} ${key}`)
        expect(missing.filter((one) => !made.includes(one))).toEqual([])
        const twins = made.filter((one) => !missing.includes(one))
        expect(twins.filter((one) => !/^(?:policy|role) .*_dc2$/.test(one))).toEqual([])
      }),
    )
  })
})
