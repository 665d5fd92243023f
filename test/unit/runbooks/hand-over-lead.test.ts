import {describe, expect, it} from 'vitest'

import {RequestError} from '../../../src/consul/request-error.js'
import type {RunbookContext} from '../../../src/runbooks/context.js'
import {handOverLead} from '../../../src/runbooks/hand-over-lead.js'
import {aDatacenter, aServer} from '../../fixtures/federation.js'

const servers = [1, 2, 3].map((n) => aServer('dc1', `dc1-s${n}`, `127.7.1.${n}`))
const [server = aServer('dc1', 'dc1-s1', '127.7.1.1')] = servers
const modern = aDatacenter(1, {consul: '1.15.0', servers})

/** A datacenter with that leader, what it is asked, and what was said. */
function led(leader: string, refusal?: RequestError) {
  const [asked, said]: [string[], string[]] = [[], []]
  const request = (path: string, {method = 'GET'}: {method?: string} = {}) => {
    asked.push(`${method} ${path}`)
    if (method === 'GET') return Promise.resolve(leader)
    return refusal ? Promise.reject(refusal) : Promise.resolve({Success: true})
  }
  const context = {
    client: () => Promise.resolve({request}),
    ports: {signal: new AbortController().signal, talk: (line: string) => said.push(line)},
  } as unknown as RunbookContext
  return {asked, context, said}
}

describe('a server that is to be restarted', () => {
  it('hands its leadership over where it leads and its Consul can', async () => {
    const {asked, context} = led('127.7.1.1:8300')
    expect(await handOverLead(server, modern, context)).toBe(true)
    expect(asked).toEqual(['GET /v1/status/leader', 'POST /v1/operator/raft/transfer-leader'])
  })

  it.each([
    ['does not lead', '127.7.1.2:8300', modern],
    ['runs an older Consul', '127.7.1.1:8300', {...modern, consul: '1.14.11'}],
    ['is the only one', '127.7.1.1:8300', {...modern, servers: [server]}],
  ])('hands nothing over where it %s', async (_what, leader, datacenter) => {
    const {asked, context} = led(leader)
    expect(await handOverLead(server, datacenter, context)).toBe(false)
    expect(asked).not.toContain('POST /v1/operator/raft/transfer-leader')
  })

  it('is restarted all the same where Consul refuses that', async () => {
    const {context, said} = led('127.7.1.1:8300', new RequestError('forbidden', 'POST …: 403 Permission denied'))
    expect(await handOverLead(server, modern, context)).toBe(false)
    expect(said).toEqual(['dc1/dc1-s1 could not hand its leadership over: POST …: 403 Permission denied'])
  })
})
