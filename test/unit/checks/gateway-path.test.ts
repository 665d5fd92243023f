import {describe, expect, it} from 'vitest'

import type {PathProbe} from '../../../src/observe/snapshot.js'
import {aDatacenter, aFederation} from '../../fixtures/federation.js'
import {
  aHealthySnapshot,
  answer,
  noAnswer,
  refusedAt,
  withProbes,
  withRemote,
  withView,
} from '../../fixtures/snapshot.js'
import {aGrownFederation, findingOf, reportOn, resultOf} from './judging.js'

const model = aFederation()
const healthy = aHealthySnapshot(model)
const grown = aGrownFederation()

describe('gateway.path', () => {
  it('fails for each way through a gateway that takes no connections', () => {
    const snapshot = withProbes(healthy, ({gateway}) => gateway === 'dc2/dc2-gw1', refusedAt('127.7.2.21:8443'))
    const {findings, status} = resultOf('gateway.path', model, snapshot)
    expect(status).toBe('fail')
    expect(findings.map((finding) => `${finding.subject}: ${finding.status}`)).toEqual([
      'dc1/dc1-gw1 → dc1: pass',
      'dc1/dc1-gw1 → dc2: pass',
      'dc2/dc2-gw1 → dc1: fail',
      'dc2/dc2-gw1 → dc2: fail',
    ])
    expect(findings[3]?.found).toBe('dc2/dc2-s1 through 127.7.2.21:8443 (LAN): connect ECONNREFUSED 127.7.2.21:8443')
  })

  it('fails for a certificate that is not the one of the server', () => {
    const probe = healthy.paths.find(({target}) => target === 'dc1/dc1-s1')
    const other = healthy.paths.find(({target}) => target === 'dc2/dc2-s1')
    const snapshot = withProbes(healthy, (candidate) => candidate === other, probe?.result ?? noAnswer('tls', 'none'))
    expect(resultOf('gateway.path', model, snapshot).status).toBe('fail')
    expect(findingOf('gateway.path', 'dc1/dc1-gw1 → dc2', model, snapshot).found).toContain(
      'not dc2-s1.server.dc2.consul',
    )
  })

  it('fails for a certificate of another CA', () => {
    const [probe] = healthy.paths
    if (!probe?.result.ok) expect.fail('the first probe succeeds')
    const certificate = {...probe.result.value.certificate, issuer: 'CN=Load balancer', verifiedByCa: false}
    const snapshot = withProbes(healthy, (candidate) => candidate === probe, answer({certificate, ms: 2}))
    expect(findingOf('gateway.path', 'dc1/dc1-gw1 → dc1', model, snapshot).found).toContain(
      'another CA (CN=Load balancer)',
    )
  })

  it('names each server that does not answer', () => {
    const snapshot = withProbes(
      aHealthySnapshot(grown),
      ({gateway, target}) =>
        gateway === 'dc1/dc1-gw1' && /s[23]$/.test(target ?? '') && target?.startsWith('dc1/') === true,
      noAnswer('tls', 'TLS to 127.7.1.21:8443 for x: the connection was closed'),
    )
    expect(findingOf('gateway.path', 'dc1/dc1-gw1 → dc1', grown, snapshot)).toMatchObject({
      evidence: ['dc1/dc1-s3 through 127.7.1.21:8443 (LAN): the connection was closed'],
      found: 'dc1/dc1-s2 through 127.7.1.21:8443 (LAN): the connection was closed',
    })
  })

  it('needs one gateway only for servers of other datacenters, and says which way was not tried', () => {
    const all = aHealthySnapshot(grown)
    const snapshot = {
      ...all,
      paths: all.paths.filter(({gateway, target}) => !(gateway === 'dc1/dc1-gw2' && target?.startsWith('dc2/'))),
    }
    expect(resultOf('gateway.path', grown, snapshot).status).toBe('pass')
    expect(findingOf('gateway.path', 'dc1/dc1-gw2 → dc2', grown, snapshot)).toMatchObject({
      found: 'another gateway there was tried instead; --full tries every gateway',
      status: 'skip',
    })
  })

  it('needs no probe of a way over which every server has an answer from a secondary, and says so', () => {
    const all = aHealthySnapshot(grown)
    const withoutWays = (from: string, to: string) => ({
      ...all,
      paths: all.paths.filter(({gateway, target}) => !(gateway.startsWith(from) && target?.startsWith(to))),
    })
    expect(findingOf('gateway.path', 'dc1/dc1-gw1 → dc2', grown, withoutWays('dc1/', 'dc2/'))).toMatchObject({
      found: 'every server there has an answer from that datacenter; --full tries every gateway',
      status: 'skip',
    })
    const toPrimary = findingOf('gateway.path', 'dc2/dc2-gw1 → dc1', grown, withoutWays('dc2/', 'dc1/'))
    expect(toPrimary).toMatchObject({found: 'it was not observed', status: 'skip'})
  })

  it('needs every server of its own datacenter', () => {
    const all = aHealthySnapshot(grown)
    const snapshot = {
      ...all,
      paths: all.paths.filter(({gateway, target}) => !(gateway === 'dc1/dc1-gw1' && target === 'dc1/dc1-s2')),
    }
    expect(findingOf('gateway.path', 'dc1/dc1-gw1 → dc1', grown, snapshot)).toMatchObject({
      found: 'dc1/dc1-s2 not tried',
      status: 'skip',
    })
  })

  it('is skipped for the reason why there are no probes', () => {
    const snapshot = {...healthy, paths: [], pathsSkipped: 'there is no pki/cli.pem'}
    expect(findingOf('gateway.path', 'dc1/dc1-gw1 → dc1', model, snapshot).found).toBe('there is no pki/cli.pem')
    expect(resultOf('gateway.bootstrap-path', model, snapshot).status).toBe('skip')
  })

  describe('from a machine without a way to a gateway that works', () => {
    const isMeant = ({gateway}: PathProbe) => gateway === 'dc2/dc2-gw1'
    const text = (reason: string) => `TLS to 127.7.2.21:8443 for x: ${reason}`
    const silent = withProbes(healthy, isMeant, noAnswer('timeout', text('no connection in time')))

    it('is not judged', () => {
      expect(findingOf('gateway.path', 'dc2/dc2-gw1 → dc2', model, silent)).toMatchObject({status: 'skip'})
    })

    it.each(['no route to that host', 'no route to that network'])('is not judged where there is %s', (reason) => {
      const lost = withProbes(healthy, isMeant, noAnswer('unreachable', text(reason)))
      expect(findingOf('gateway.path', 'dc2/dc2-gw1 → dc2', model, lost)).toMatchObject({status: 'skip'})
      expect(reportOn(model, lost).diagnosis).toEqual([])
    })

    it('fails where the other datacenter does not get through either', () => {
      const failed = {leader: noAnswer('not-found', 'not asked'), services: noAnswer('refused', '500 rpc error')}
      const snapshot = withView(silent, 'dc1/dc1-s1', (view) => withRemote(view, 'dc2', failed))
      expect(findingOf('gateway.path', 'dc2/dc2-gw1 → dc2', model, snapshot).status).toBe('fail')
    })
  })
})

describe('gateway.bootstrap-path', () => {
  it('warns about an entry that does not answer any more', () => {
    const snapshot = withProbes(healthy, ({kind}) => kind === 'bootstrap', refusedAt('127.7.1.21:8443'))
    expect(findingOf('gateway.bootstrap-path', '127.7.1.21:8443', model, snapshot)).toMatchObject({
      expected: 'a server of dc1 answers for server.dc1.consul',
      status: 'warn',
    })
  })

  it('leaves out what only Consul can look up', () => {
    const discovered = aFederation({
      datacenters: [
        aDatacenter(1),
        aDatacenter(2, {primaryGateways: ['provider=aws tag_value=gw', '127.7.1.21:8443']}),
      ],
    })
    const {findings} = resultOf('gateway.bootstrap-path', discovered, aHealthySnapshot(discovered))
    expect(findings.map(({subject}) => subject)).toEqual(['127.7.1.21:8443'])
  })

  it('passes on why an entry was not dialled', () => {
    const snapshot = {...healthy, bootstrapSkipped: {'127.7.1.21:8443': 'it is not a host and a port'}, paths: []}
    expect(findingOf('gateway.bootstrap-path', '127.7.1.21:8443', model, snapshot).found).toBe(
      'it is not a host and a port',
    )
  })
})
