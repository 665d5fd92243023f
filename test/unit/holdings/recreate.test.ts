import {afterEach, describe, expect, it} from 'vitest'

import {recreate} from '../../../src/holdings/recreate.js'
import type {Recreation} from '../../../src/holdings/thing.js'
import {type Answering, answeringAgent} from '../../fixtures/answering-agent.js'

const signal = new AbortController().signal

describe('a thing of a datacenter, made in the primary', () => {
  let agent: Answering | undefined

  afterEach(() => agent?.stop())

  /** @param answers by the beginning of a path, the first that fits; a body that is to be made is answered with `made`. */
  const making = async (recreation: Recreation, made: unknown, answers: Readonly<Record<string, unknown>> = {}) => {
    agent = await answeringAgent((path, body) => {
      if (body !== undefined) return made
      const found = Object.entries(answers).find(([start]) => path.startsWith(start))
      return found ? found[1] : 404
    })
    await recreate(agent.client, recreation, signal)
  }
  const taken = 500
  const another = 'somebody has made another one there since both sides were compared'

  const entry: Recreation = {
    body: {Kind: 'service-defaults', Name: 'web', Protocol: 'http'},
    key: 'service-defaults/web',
    summary: '',
    what: 'config entry',
  }
  const intention: Recreation = {
    body: {Action: 'deny', DestinationName: 'db', SourceName: 'web', SourceType: 'consul'},
    key: 'web → db',
    summary: '',
    what: 'intention',
  }
  const policy: Recreation = {
    body: {Datacenters: ['dc2'], Name: 'shop', Rules: 'operator = "read"'},
    key: 'shop',
    summary: '',
    what: 'policy',
  }
  const role: Recreation = {
    body: {Name: 'keeper', Policies: [{Name: 'shop'}]},
    key: 'keeper',
    summary: '',
    what: 'role',
  }
  const token: Recreation = {
    body: {AccessorID: 'a', Local: false, Policies: [{Name: 'shop'}], SecretID: 's'},
    key: 'a',
    summary: '',
    what: 'token',
  }

  it('is there once Consul has taken it', async () => {
    await expect(making(entry, true)).resolves.toBeUndefined()
    await agent?.stop()
    await expect(making(policy, {ID: '1'})).resolves.toBeUndefined()
    await agent?.stop()
    await expect(making(intention, {ID: '1'}, {'/v1/connect/intentions': []})).resolves.toBeUndefined()
  })

  it('is not taken for a config entry that somebody made meanwhile, unless that says the same', async () => {
    const there = (Protocol: string) => ({
      '/v1/config/service-defaults': [{CreateIndex: 4, Kind: 'service-defaults', Name: 'web', Protocol}],
    })
    await expect(making(entry, false, there('http'))).resolves.toBeUndefined()
    await agent?.stop()
    await expect(making(entry, false, there('tcp'))).rejects.toMatchObject({
      code: 'consul.refused',
      message: `config entry service-defaults/web cannot be made in the primary: ${another}`,
    })
  })

  it('is not taken for an intention that allows what it denies', async () => {
    const there = (Action: string) => ({
      '/v1/connect/intentions': [{...intention.body, Action, ID: '7', Precedence: 9}],
    })
    await expect(making(intention, {}, there('deny'))).resolves.toBeUndefined()
    await agent?.stop()
    await expect(making(intention, {}, there('allow'))).rejects.toThrow(another)
  })

  it('is not taken for a policy of that name that is in force elsewhere, or has other rules', async () => {
    const there = (rest: object) => ({
      '/v1/acl/policies': [{ID: '1', Name: 'Shop'}],
      '/v1/acl/policy/1': {ID: '1', ...policy.body, ...rest},
    })
    const alreadyThere = {status: taken, text: 'Invalid Policy: A Policy with Name "shop" already exists'}
    await expect(making(policy, alreadyThere, there({}))).resolves.toBeUndefined()
    await agent?.stop()
    await expect(making(policy, alreadyThere, there({Datacenters: null}))).rejects.toThrow(another)
    await agent?.stop()
    await expect(making(policy, alreadyThere, there({Rules: 'operator = "write"'}))).rejects.toThrow(another)
  })

  it('is not taken for a role that gives other rights', async () => {
    const there = (name: string) => ({'/v1/acl/roles': [{ID: '1', Name: 'keeper', Policies: [{ID: '2', Name: name}]}]})
    const alreadyThere = {status: taken, text: 'Invalid Role: A Role with Name "keeper" already exists'}
    await expect(making(role, alreadyThere, there('shop'))).resolves.toBeUndefined()
    await agent?.stop()
    await expect(making(role, alreadyThere, there('other'))).rejects.toThrow(another)
  })

  it('is not taken for a token that has its accessor or secret, and other rights', async () => {
    const there = (rest: object) => ({'/v1/acl/token/a': {...token.body, Policies: [{ID: '1', Name: 'shop'}], ...rest}})
    const inUse = {status: taken, text: 'Invalid Token: AccessorID is already in use'}
    await expect(making(token, inUse, there({Description: 'ours'}))).resolves.toBeUndefined()
    await agent?.stop()
    await expect(making(token, inUse, there({Policies: []}))).rejects.toThrow(another)
    await agent?.stop()
    await expect(making(token, inUse, there({SecretID: 'other'}))).rejects.toThrow(another)
    await agent?.stop()
    await expect(making(token, inUse)).rejects.toThrow(another)
  })

  it('is named with the reason where Consul refuses it', async () => {
    await expect(making(policy, 500)).rejects.toMatchObject({
      code: 'consul.refused',
      message: expect.stringContaining('policy shop cannot be made in the primary: ') as string,
    })
  })
})
