import {once} from 'node:events'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {json} from 'node:stream/consumers'

import {afterAll, beforeAll, beforeEach, describe, expect, it} from 'vitest'

import {ConsulClient} from '../../../src/consul/client.js'
import type {Authorization} from '../../../src/consul/types.js'
import {expectedNames, hiddenNames} from '../../../src/observe/hidden-names.js'
import {openQuestioner} from '../../../src/observe/questioner.js'
import type {ServerView} from '../../../src/observe/snapshot.js'
import {systemClock} from '../../../src/system/clock.js'
import {aDatacenter, aFederation, aServer} from '../../fixtures/federation.js'
import {aHealthySnapshot, answer} from '../../fixtures/snapshot.js'
import {valueOf} from './looking.js'

const model = aFederation()
const whole = aHealthySnapshot(model).servers['dc2/dc2-s1'] ?? {}

describe('what a token may not read of the names that are expected', () => {
  let client: ConsulClient
  let denied: readonly string[] = []
  let asked: string[][] = []

  /** Says of each right whether the token has it, as Consul does. */
  const server = createServer((request, response) => {
    void json(request).then((body) => {
      const rights = (body as Authorization[]).map((right) => ({...right, text: `${right.Resource} ${right.Segment}`}))
      asked.push(rights.map(({text}) => text))
      response.end(JSON.stringify(rights.map(({text, ...right}) => ({...right, Allow: !denied.includes(text)}))))
    })
  })

  beforeAll(async () => {
    server.listen(0, '127.44.7.1')
    await once(server, 'listening')
    const {address, port} = server.address() as AddressInfo
    client = new ConsulClient({url: `http://${address}:${port}`})
  })

  beforeEach(() => {
    asked = []
    denied = []
  })

  afterAll(async () => {
    await client.close()
    server.close()
  })

  const hiddenIn = (view: ServerView, federation = model) => {
    const never = new AbortController().signal
    const questioner = openQuestioner(client, {cancelled: never, clock: systemClock, deadline: never})
    return hiddenNames(questioner, expectedNames(federation, 'dc2'), view)
  }

  const without = (part: 'gateways' | 'lanMembers' | 'wanMembers', name: string): ServerView => ({
    ...whole,
    [part]: answer(
      valueOf<readonly {name?: string; node?: string}[]>(whole[part]).filter((one) => (one.name ?? one.node) !== name),
    ),
  })

  it('is not asked where nothing is missing', async () => {
    denied = ['node dc2-s1']
    expect(await hiddenIn(whole)).toBeUndefined()
    expect(asked).toEqual([])
  })

  it.each([
    ['lanMembers', 'dc2-c1', 'node dc2-c1', {'lan-members': ['node:read dc2-c1']}],
    ['wanMembers', 'dc1-s1.dc1', 'node dc1-s1.dc1', {'wan-members': ['node:read dc1-s1.dc1']}],
    ['gateways', 'dc2-c1', 'node dc2-c1', {'catalog-gateways': ['node:read dc2-c1']}],
    ['gateways', 'dc2-c1', 'service mesh-gateway', {'catalog-gateways': ['service:read mesh-gateway']}],
  ] as const)('has of %s without %s the name, where the token lacks %s', async (part, name, right, hidden) => {
    denied = [right]
    expect(await hiddenIn(without(part, name))).toEqual(hidden)
  })

  it('is nothing where what is missing may be read: it is not there', async () => {
    expect(await hiddenIn(without('lanMembers', 'dc2-c1'))).toBeUndefined()
    expect(asked).toEqual([['node dc2-c1']])
  })

  it('is asked in as many parts as Consul answers', async () => {
    const servers = Array.from({length: 70}, (_, index) => aServer('dc2', `dc2-s${index + 1}`, `127.7.2.${index + 1}`))
    const large = aFederation({datacenters: [aDatacenter(1), aDatacenter(2, {servers})]})
    denied = ['node dc2-s70']
    expect(await hiddenIn(whole, large)).toEqual({'lan-members': ['node:read dc2-s70']})
    expect(Math.max(...asked.map(({length}) => length))).toBe(64)
  })
})
