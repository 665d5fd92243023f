import {afterEach, describe, expect, it} from 'vitest'

import type {FedctlError} from '../../../src/errors/fedctl-error.js'
import {requireOwnToken} from '../../../src/holdings/own-token.js'
import {type Answering, answeringAgent} from '../../fixtures/answering-agent.js'

const signal = new AbortController().signal
const self = {AccessorID: 'accessor', Policies: [], SecretID: 'secret'}

describe('the token with which a datacenter on its own is asked', () => {
  let agent: Answering | undefined

  afterEach(() => agent?.stop())

  const problem = async (answer: (path: string, body: unknown) => unknown, token?: string) => {
    agent = await answeringAgent(answer, token)
    const failure: unknown = await requireOwnToken(agent.client, 'dc2', signal).catch((error: unknown) => error)
    return failure as FedctlError | undefined
  }
  const allowing =
    (...refused: readonly string[]) =>
    (path: string, body: unknown) => {
      if (path.startsWith('/v1/acl/token/self')) return self
      if (!path.startsWith('/v1/internal/acl/authorize')) return []
      return (body as {Resource: string}[]).map((one) => ({...one, Allow: !refused.includes(one.Resource)}))
    }

  it('is enough where it shows everything that the datacenter holds', async () => {
    expect(await problem(allowing(), 'secret')).toBeUndefined()
  })

  it('is refused with the rights that it lacks, without which something would be in no export', async () => {
    const found = await problem(allowing('keyring', 'service'), 'secret')
    expect(found).toMatchObject({code: 'token.missing'})
    expect(found?.message).toBe(
      'the token with which dc2 is asked lacks keyring = "read", service_prefix "" = "read" there',
    )
    expect(found?.suggestions[0]).toContain('--own-token-file FILE')
  })

  it.each(['linked to it', 'linked to a role of it'])('is refused where a policy %s hides one name', async (how) => {
    const link = [{ID: '7', Name: 'all but x'}]
    const grants = how === 'linked to it' ? {Policies: link} : {Policies: [], Roles: [{ID: '8', Name: 'keeper'}]}
    const linked = (rules: string) =>
      problem((path, body) => {
        if (path.startsWith('/v1/acl/token/self')) return {...self, ...grants}
        if (path.startsWith('/v1/acl/role/8')) return {ID: '8', Name: 'keeper', Policies: link}
        if (path.startsWith('/v1/acl/policy/7')) return {ID: '7', Name: 'all but x', Rules: rules}
        return allowing()(path, body)
      }, 'secret')
    const rules = 'acl = "write" service_prefix "" { policy = "read" } service "x" { policy = "deny" }'
    const found = await linked(rules)
    expect(found).toMatchObject({code: 'token.missing'})
    expect(found?.message).toBe('the token with which dc2 is asked is denied something by its policy all but x')
    await agent?.stop()
    expect((await linked('{"service": {"x": {"intentions": "deny"}}}'))?.message).toContain('is denied something')
    await agent?.stop()
    expect(await linked('service "deny" { policy = "read" } # policy = "deny"')).toBeUndefined()
  })

  it('is refused where there is none, and where it may not read ACLs', async () => {
    expect((await problem(allowing()))?.message).toBe('the token with which dc2 is asked is missing')
    await agent?.stop()
    const found = await problem((path) => (path.startsWith('/v1/acl/policies') ? 403 : self), 'secret')
    expect(found?.message).toContain('may not read ACLs there (acl = "write")')
  })
})
