import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import {type StockOptions, takeStock} from '../../../src/holdings/take-stock.js'
import {type Answering, answeringAgent} from '../../fixtures/answering-agent.js'
import {aDatacenter, aFederation, aServer} from '../../fixtures/federation.js'

describe('the stock of a datacenter on its own', () => {
  const federation = {...aFederation(), acl: {...aFederation().acl, enabled: false}}
  const plain = {...federation, gossip: {...federation.gossip, encryption: false}}
  const datacenter = aDatacenter(2, {servers: [aServer('dc2', 's1', '127.0.0.1'), aServer('dc2', 's2', '127.0.0.2')]})
  let agent: Answering

  beforeEach(async () => {
    agent = await answeringAgent((path) => {
      if (path.startsWith('/v1/acl/')) return 401
      return path.startsWith('/v1/catalog/services') ? {} : []
    })
  })

  afterEach(() => agent.stop())

  const said = async (servers: object) => {
    const lines: string[] = []
    const asked = [{client: agent.client, datacenter: 'dc2', id: 'dc2/s1'}]
    await takeStock({
      datacenter,
      federation: {...plain, tls: {...plain.tls, enabled: true}},
      hasBegun: false,
      observer: {observe: () => Promise.resolve({servers})},
      own: asked,
      primary: asked,
      say: (line: string) => lines.push(line),
      secrets: {},
      signal: new AbortController().signal,
    } as unknown as StockOptions)
    return lines
  }
  const seen = (verifiedByCa?: boolean) => ({
    certificateOnWire: {ok: true, value: {issuer: 'CN=another', ...(verifiedByCa === undefined ? {} : {verifiedByCa})}},
  })

  it('says nothing of certificates that are of the CA of the federation', async () => {
    expect(await said({'dc2/s1': seen(true), 'dc2/s2': seen(true)})).toEqual([])
  })

  it('says of which server the certificate was not seen, and why', async () => {
    const failure = {kind: 'timeout', message: 'no answer within 2 s'}
    const lines = await said({'dc2/s1': seen(true), 'dc2/s2': {certificateOnWire: {failure, ok: false}}})
    expect(lines).toEqual([
      expect.stringMatching(/^the certificate of dc2\/s2 was not seen, .* is not known: no answer within 2 s$/),
    ])
    expect(await said({})).toHaveLength(2)
  })

  it('is not taken where a certificate is of another CA', async () => {
    await expect(said({'dc2/s1': seen(false), 'dc2/s2': seen(true)})).rejects.toThrow(
      'the certificate of dc2/s1 is issued by CN=another, and not under',
    )
  })
})
