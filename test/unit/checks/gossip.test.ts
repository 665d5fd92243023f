import {describe, expect, it} from 'vitest'

import type {Federation} from '../../../src/federation/model.js'
import type {GossipKeyFacts} from '../../../src/observe/gossip-key-facts.js'
import type {ServerView} from '../../../src/observe/snapshot.js'
import {aDatacenter, aFederation} from '../../fixtures/federation.js'
import {aHealthySnapshot, answer, failing, noAnswer, withView, withViews, without} from '../../fixtures/snapshot.js'
import {aGrownFederation, findingOf, reportOn, resultOf} from './judging.js'

const model = aFederation()
const healthy = aHealthySnapshot(model)

function judge(keys: ServerView['gossipKeys'], server = 'dc2/dc2-s1') {
  const snapshot = withView(healthy, server, (view) => ({...view, ...(keys ? {gossipKeys: keys} : {})}))
  return findingOf('gossip.key', server.split('/')[0] ?? '', model, snapshot)
}

describe('gossip.key', () => {
  it.each<[GossipKeyFacts, string, string]>([
    [{installed: ['k1'], primary: []}, 'pass', 'one key'],
    [{installed: ['k2'], primary: ['k2']}, 'fail', 'another primary key than in dc1'],
    [{installed: ['k1', 'k2'], primary: ['k1', 'k2']}, 'fail', '2 primary keys'],
    [{installed: ['k1', 'k2'], primary: ['k1']}, 'warn', '2 keys installed'],
  ])('judges %j as %s', (keys, status, found) => {
    expect(judge(answer(keys))).toMatchObject({found, status})
  })

  it('fails where the WAN ring of a server has another key than the LAN ring, whatever `encrypt` says', () => {
    const other = answer({installed: ['k2'], primary: ['k2']})
    const stray = withView(healthy, 'dc2/dc2-s1', (view) => ({...view, wanGossipKeys: other}))
    const finding = findingOf('gossip.key', 'dc2', model, stray)
    expect(finding).toMatchObject({
      found: 'another primary key in the WAN ring of dc2/dc2-s1 than in the LAN ring of dc2',
      status: 'fail',
    })
    expect(finding.fix?.[0]).toContain('remove serf/remote.keyring')
    expect(findingOf('gossip.key', 'dc1', model, stray).status).toBe('pass')
  })

  it('says how to end agents of this machine without their keyrings, and which command starts them again', () => {
    const here = aFederation({
      datacenters: [1, 2].map((n) => {
        const datacenter = aDatacenter(n)
        const locally = <N extends object>(nodes: readonly N[]) =>
          nodes.map((node) => ({...node, host: 'local' as const}))
        return {...datacenter, clients: locally(datacenter.clients), servers: locally(datacenter.servers)}
      }),
      workspace: '/w',
    })
    const other = answer({installed: ['k2'], primary: ['k2']})
    const differing = withView(aHealthySnapshot(here), 'dc2/dc2-s1', (view) => ({...view, gossipKeys: other}))
    const {fix = []} = findingOf('gossip.key', 'dc2', here, differing)
    expect(fix).toHaveLength(3)
    expect(fix[0]).toBe(
      "pkill -f 'agent -config-dir=/w/rendered/dc2/dc2-s1/etc/consul.d$'; while pgrep -f 'agent -config-dir=/w/rendered/dc2/dc2-s1/etc/consul.d$' >/dev/null; do sleep 1; done; rm -f /w/.fedctl/run/dc2/dc2-s1/data/serf/local.keyring /w/.fedctl/run/dc2/dc2-s1/data/serf/remote.keyring",
    )
    expect(fix.at(-1)).toBe('fedctl bootstrap secondary --dc dc2')
    const unlike = findingOf('gossip.key', 'dc2', here, {...differing, gossipKey: 'k3'})
    expect(unlike.fix?.[0]).toMatch(
      /^stop consul on dc2\/dc2-s1 and dc2\/dc2-c1, remove serf\/local\.keyring and serf\/remote\.keyring/,
    )
  })

  it('does not take a WAN ring for judged that nobody could ask for, and judges an older snapshot by the LAN rings', () => {
    const text =
      'GET http://127.7.2.1:8500/v1/operator/keyring: 500 1 error occurred: * WAN error: 1/2 nodes reported success'
    const untold = withView(healthy, 'dc2/dc2-s1', (view) => ({...view, wanGossipKeys: noAnswer('refused', text)}))
    expect(findingOf('gossip.key', 'dc2', model, untold)).toMatchObject({
      found:
        'one key in the LAN ring; the WAN ring is not known: Consul answered with an error: 1 error occurred: * WAN error: 1/2 nodes reported success',
      status: 'skip',
    })
    const older = withView(healthy, 'dc2/dc2-s1', ({wanGossipKeys, ...view}) => {
      expect(wanGossipKeys).toBeDefined()
      return view
    })
    expect(findingOf('gossip.key', 'dc2', model, older)).toMatchObject({found: 'one key', status: 'pass'})
  })

  it('says that it has seen LAN rings alone in a federation of more than ten datacenters, whose servers are not asked for more', () => {
    const of = (count: number) =>
      aFederation({datacenters: Array.from({length: count}, (_, index) => aDatacenter(index + 1))})
    const lanOnly = (file: Federation) => withViews(aHealthySnapshot(file), (view) => without(view, 'wanGossipKeys'))
    expect(findingOf('gossip.key', 'dc11', of(11), lanOnly(of(11)))).toMatchObject({
      found: 'one key in the LAN ring; WAN rings are asked up to ten datacenters',
      status: 'pass',
    })
    expect(findingOf('gossip.key', 'dc10', of(10), lanOnly(of(10))).found).toBe('one key')
    expect(findingOf('gossip.key', 'dc11', of(11), aHealthySnapshot(of(11))).found).toBe('one key')
  })

  it('is judged by the servers that told the WAN ring, and names the silent ones', () => {
    const grown = aGrownFederation()
    const silent = {failure: {kind: 'unreachable', message: 'connect ECONNREFUSED'}, ok: false} as const
    const stopped = withView(aHealthySnapshot(grown), 'dc2/dc2-s1', (view) => failing(view, silent.failure))
    expect(findingOf('gossip.key', 'dc2', grown, stopped)).toMatchObject({
      evidence: ['dc2/dc2-s1 did not tell the WAN ring: no answer: connect ECONNREFUSED'],
      found: 'one key',
      status: 'pass',
    })
    const untold = withViews(stopped, (view) => ({...view, wanGossipKeys: silent}))
    expect(findingOf('gossip.key', 'dc2', grown, untold).status).toBe('skip')
    const stray = withView(stopped, 'dc2/dc2-s3', (view) => ({
      ...view,
      wanGossipKeys: answer({installed: ['k2'], primary: ['k2']}),
    }))
    expect(findingOf('gossip.key', 'dc2', grown, stray)).toMatchObject({
      found: 'another primary key in the WAN ring of dc2/dc2-s3 than in the LAN ring of dc2',
      status: 'fail',
    })
  })

  it('warns where the primary uses another key than the workspace', () => {
    const snapshot = {...healthy, gossipKey: 'k9'}
    expect(findingOf('gossip.key', 'dc1', model, snapshot)).toMatchObject({
      found: 'another key than that of the workspace',
      status: 'warn',
    })
  })

  it('says nothing of a secondary where neither the keys of the primary nor that of the workspace are known', () => {
    const deaf = withView(healthy, 'dc1/dc1-s1', (view) => ({...view, gossipKeys: noAnswer('timeout', 'no answer')}))
    expect(findingOf('gossip.key', 'dc2', model, deaf).status).toBe('pass')
    const {gossipKey, ...withoutKey} = deaf
    expect(gossipKey).toBe('k1')
    expect(findingOf('gossip.key', 'dc2', model, withoutKey)).toMatchObject({
      found: 'one key, not compared with that of dc1: no answer in time: no answer',
      status: 'skip',
    })
  })

  it('names the permission that is missing, which Consul reports as an error of its own', () => {
    const refused = noAnswer(
      'refused',
      'GET http://127.7.2.1:8500/v1/operator/keyring: 500 Reading keyring denied by ACLs',
    )
    expect(judge(refused)).toMatchObject({
      found: 'the token lacks keyring:read (Reading keyring denied by ACLs)',
      status: 'skip',
    })
  })

  it('fails where gossip is not encrypted, which is mended on clients too', () => {
    const text =
      '500 2 errors occurred: * dc2 (LAN) error: 1/1 nodes reported failure * vm: Keyring is empty (encryption not enabled)'
    expect(judge(noAnswer('refused', text))).toMatchObject({
      fix: ['fedctl config render --dc dc2', 'put the rendered files on the nodes of dc2 and restart consul there'],
      found: 'gossip is not encrypted',
      status: 'fail',
    })
  })

  it('runs only where it is asked for, and not without encryption', () => {
    expect(reportOn(model, healthy).checks.map(({id}) => id)).not.toContain('gossip.key')
    const plain = aFederation({gossip: {encryption: false}})
    expect(resultOf('gossip.key', plain, healthy).status).toBe('skip')
  })
})
