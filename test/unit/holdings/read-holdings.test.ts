import {afterEach, describe, expect, it} from 'vitest'

import {readHoldings} from '../../../src/holdings/read-holdings.js'
import {type Answering, answeringAgent, type Said} from '../../fixtures/answering-agent.js'

const signal = new AbortController().signal

describe('what is read of a datacenter', () => {
  let agent: Answering | undefined

  afterEach(() => agent?.stop())

  const read = async (answers: Readonly<Record<string, unknown>>) => {
    agent = await answeringAgent((path) => {
      const found = Object.entries(answers).find(([start]) => path.startsWith(start))
      if (found) return found[1]
      return path.startsWith('/v1/catalog/services') ? {} : []
    })
    return readHoldings(agent.client, {acl: false, signal, version: '1.11.0'})
  }
  const filtered: Said = {headers: {'X-Consul-Results-Filtered-By-ACLs': 'true'}, status: 200, text: '[]'}

  it('has the number of keys, and none where there are none', async () => {
    expect((await read({'/v1/kv/': ['a', 'b']})).keys).toBe(2)
    await agent?.stop()
    expect((await read({'/v1/kv/': 404})).keys).toBe(0)
  })

  it('is without the number of keys where their names are longer than any answer that is read', async () => {
    const text = JSON.stringify([' '.repeat(16 * 1024 * 1024)])
    expect((await read({'/v1/kv/': {status: 200, text}})).keys).toBeUndefined()
    await agent?.stop()
    await expect(read({'/v1/catalog/nodes': {status: 200, text}})).rejects.toThrow('the answer is too long')
  })

  it('is nothing where Consul has left out some of what is to be exported', async () => {
    await expect(read({'/v1/config/service-intentions': filtered})).rejects.toMatchObject({
      code: 'token.missing',
      message: expect.stringContaining('may not read all of /v1/config/service-intentions') as string,
    })
    await agent?.stop()
    expect((await read({'/v1/catalog/nodes': filtered})).nodes).toEqual([])
  })
})
