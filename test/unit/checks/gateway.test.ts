import {describe, expect, it} from 'vitest'

import type {Federation} from '../../../src/federation/model.js'
import type {GatewayFacts, PathProbe, Snapshot} from '../../../src/observe/snapshot.js'
import {aDatacenter, aFederation, aGateway, aServer} from '../../fixtures/federation.js'
import {
  aHealthySnapshot,
  answer,
  noAnswer,
  withGateways,
  withProbes,
  withRemote,
  withStates,
  withView,
  withViews,
  without,
} from '../../fixtures/snapshot.js'
import {aGrownFederation, findingOf, reportOn, resultOf} from './judging.js'

const model = aFederation()
const healthy = aHealthySnapshot(model)
const server = 'dc2/dc2-s1'
const grown = aGrownFederation()
const criticalCheck = {
  name: 'mesh gateway listening',
  output: 'dial tcp 127.7.2.21:8443: connect: connection refused',
  status: 'critical',
}

describe('gateway.registered', () => {
  it('fails for a gateway of the file that the catalog does not have', () => {
    expect(
      findingOf(
        'gateway.registered',
        'dc2',
        model,
        changing(() => undefined),
      ),
    ).toMatchObject({
      fix: ['fedctl gateway register --dc dc2'],
      found: 'dc2/dc2-gw1 not registered',
      status: 'fail',
    })
  })

  it('fails for a gateway that does not expose servers', () => {
    const snapshot = changing((gateway) => ({...gateway, exposesServers: false}))
    expect(findingOf('gateway.registered', 'dc2', model, snapshot)).toMatchObject({
      found: 'dc2-gw1 on dc2-c1 does not expose servers: meta consul-wan-federation = "1" is missing',
      status: 'fail',
    })
  })

  it('knows a gateway again that registered itself under another id', () => {
    const snapshot = changing((gateway) => ({...gateway, id: 'mesh-gateway'}))
    expect(findingOf('gateway.registered', 'dc2', model, snapshot).status).toBe('pass')
  })

  it('warns about a gateway that the file does not have', () => {
    const snapshot = adding({...entry(), id: 'other-gw', node: 'dc2-c9'})
    expect(findingOf('gateway.registered', 'dc2', model, snapshot)).toMatchObject({
      found: 'other-gw on dc2-c9 exposes servers and is not in the federation file',
      status: 'warn',
    })
  })

  it('says nothing against a further gateway that only carries service traffic', () => {
    const snapshot = adding({...entry(), exposesServers: false, id: 'other-gw', node: 'dc2-c9'})
    expect(findingOf('gateway.registered', 'dc2', model, snapshot).status).toBe('pass')
  })

  it('fails where the file plans none and there is none', () => {
    const bare = aFederation({datacenters: [aDatacenter(1), aDatacenter(2, {gateways: []})]})
    expect(findingOf('gateway.registered', 'dc2', bare, aHealthySnapshot(bare))).toMatchObject({
      found: 'no mesh gateway is registered',
      status: 'fail',
    })
  })

  it('falls back on the federation state where nobody of the datacenter answers', () => {
    const snapshot = withView(healthy, server, () => ({}))
    expect(findingOf('gateway.registered', 'dc2', model, snapshot)).toMatchObject({
      found: '1 gateway in the federation state',
      status: 'pass',
    })
  })

  it('does not take an empty catalog for the truth where the token may not read', () => {
    const hidden = withView(
      changing(() => undefined),
      server,
      (view) => ({
        ...view,
        federationStates: noAnswer('forbidden', '403 Permission denied'),
        permissions: answer({agent: true, node: true, operator: false, service: false}),
      }),
    )
    const alone = withView(hidden, 'dc1/dc1-s1', (view) => without(view, 'federationStates'))
    expect(findingOf('gateway.registered', 'dc2', model, alone)).toMatchObject({
      found: 'the token lacks service:read or node:read (the catalog shows no gateway)',
      status: 'skip',
    })
  })

  it('does not miss a gateway that the token may not read, where it may read another', () => {
    const snapshot = withView(
      changing((gateway) => ({...gateway, id: 'dc2-gw9', node: 'dc2-c9'})),
      server,
      (view) => ({
        ...view,
        federationStates: noAnswer('forbidden', '403 Permission denied'),
        permissions: answer({agent: true, node: false, operator: false, service: true}),
      }),
    )
    const alone = withView(snapshot, 'dc1/dc1-s1', (view) => without(view, 'federationStates'))
    expect(findingOf('gateway.registered', 'dc2', model, alone)).toMatchObject({
      found: 'the token lacks service:read or node:read (Consul leaves gateways out)',
      status: 'skip',
    })
  })

  it('does not take it for the truth where Consul says that it left something out', () => {
    const filtered = withViews(
      changing(() => undefined),
      (view) => ({
        ...without(view, 'federationStates'),
        filtered: ['catalog-gateways'],
      }),
    )
    expect(findingOf('gateway.registered', 'dc2', model, filtered).status).toBe('skip')
  })
})

describe('gateway.healthy', () => {
  it('fails where every gateway is critical, with what the check says', () => {
    const snapshot = changing((gateway) => ({...gateway, checks: [criticalCheck]}))
    expect(findingOf('gateway.healthy', 'dc2', model, snapshot)).toMatchObject({
      evidence: ['dc2-gw1 on dc2-c1: mesh gateway listening: dial tcp 127.7.2.21:8443: connect: connection refused'],
      found: 'dc2-gw1 on dc2-c1 critical',
      status: 'fail',
    })
  })

  it.each([
    [
      'that is in maintenance',
      {name: 'Service Maintenance Mode', output: '', status: 'critical'},
      'dc2-gw1 is in maintenance',
      'end it on node dc2-c1: consul maint -disable -service=dc2-gw1',
    ],
    [
      'whose node is in maintenance',
      {name: 'Node Maintenance Mode', output: 'a new disk', status: 'critical'},
      'the node dc2-c1 is in maintenance',
      'end it on node dc2-c1: consul maint -disable',
    ],
  ])('says that waiting does not mend a gateway %s, and what does', (_, check, why, fix) => {
    const snapshot = changing((gateway) => ({...gateway, checks: [check]}))
    expect(findingOf('gateway.healthy', 'dc2', model, snapshot)).toMatchObject({
      fix: [fix],
      found: `dc2-gw1 on dc2-c1 critical: ${why}`,
      lasting: true,
    })
    const [first] = reportOn(model, snapshot).diagnosis
    expect(first).toMatchObject({cause: 'gateway.none-usable', fix: [fix, 'fedctl verify --wait 5m']})
    expect(first?.title).toContain(why)
  })

  const refused = (target: string) => `dial tcp ${target}: connect: connection refused`
  const adminCheck = {name: 'admin port', output: refused('127.7.2.21:19000'), status: 'critical'}
  const elsewhere = {...criticalCheck, output: refused('127.7.2.21:8444')}
  const start = 'start the gateway on its node, or mend what its check reports: dc2-gw1 on dc2-c1'

  it('names a check that asks another port and what mends it, and waits, since the catalog may be behind the agent', () => {
    const snapshot = changing((gateway) => ({...gateway, checks: [elsewhere]}))
    const fix = [
      'fedctl gateway register --dc dc2 --gateway dc2-gw1',
      'where it is registered with another check by now, start the gateway dc2-gw1 on node dc2-c1',
    ]
    const why =
      'the check asks 127.7.2.21:8444, and dc2-gw1 is registered at 127.7.2.21:8443 (the catalog may show a check as it was five minutes ago)'
    const finding = findingOf('gateway.healthy', 'dc2', model, snapshot)
    expect(finding).toMatchObject({fix, found: `dc2-gw1 on dc2-c1 critical: ${why}`})
    expect(finding.lasting).toBeUndefined()
    const [first] = reportOn(model, snapshot).diagnosis
    expect(first).toMatchObject({cause: 'gateway.none-usable', fix: [...fix, 'fedctl verify --wait 5m']})
    expect(first?.title).toContain(why)
  })

  it.each([
    ['whose check asks the loopback address', [{...criticalCheck, output: refused('127.0.0.1:8443')}]],
    ['whose check asks a name', [{...criticalCheck, output: refused('gw1.local:8443')}]],
    ['that has a check of another port beside its own', [adminCheck, criticalCheck]],
    ['with a check of its own endpoint beside one that asks elsewhere', [elsewhere, criticalCheck]],
    ['of which a check of another port alone is critical', [adminCheck]],
  ])('says of a gateway %s that it is to be started', (_, checks) => {
    const snapshot = changing((gateway) => ({...gateway, checks}))
    const finding = findingOf('gateway.healthy', 'dc2', model, snapshot)
    expect(finding).toMatchObject({fix: [start], found: 'dc2-gw1 on dc2-c1 critical'})
    expect(finding.lasting).toBeUndefined()
  })

  it('says of a gateway in maintenance that does not listen either both, and that waiting does not mend it', () => {
    const maintenance = {name: 'Service Maintenance Mode', output: '', status: 'critical'}
    const snapshot = changing((gateway) => ({...gateway, checks: [criticalCheck, maintenance]}))
    expect(findingOf('gateway.healthy', 'dc2', model, snapshot)).toMatchObject({
      fix: ['end it on node dc2-c1: consul maint -disable -service=dc2-gw1', start],
      lasting: true,
    })
  })

  it('warns where another one is left', () => {
    const snapshot = changing(
      (gateway) => (gateway.id === 'dc2-gw1' ? {...gateway, checks: [criticalCheck]} : gateway),
      aHealthySnapshot(grown),
    )
    expect(findingOf('gateway.healthy', 'dc2', grown, snapshot).status).toBe('warn')
    expect(findingOf('gateway.redundant', 'dc2', grown, snapshot).status).toBe('warn')
  })

  it('warns of gateways that are lost together', () => {
    const snapshot = changing((gateway) => ({...gateway, node: 'dc2-c1'}), aHealthySnapshot(grown))
    expect(findingOf('gateway.redundant', 'dc2', grown, snapshot)).toMatchObject({
      found: '2 usable gateways, all on dc2-c1: without it the datacenter is cut off',
      status: 'warn',
    })
  })

  it.each([{checks: []}, {checks: [{...criticalCheck, status: 'warning'}]}])('accepts %j, as Consul does', (facts) => {
    const snapshot = changing((gateway) => ({...gateway, ...facts}))
    expect(findingOf('gateway.healthy', 'dc2', model, snapshot).status).toBe('pass')
  })

  it('fails where none that exposes servers is registered', () => {
    const snapshot = changing((gateway) => ({...gateway, exposesServers: false}))
    expect(findingOf('gateway.healthy', 'dc2', model, snapshot).status).toBe('fail')
    expect(findingOf('gateway.redundant', 'dc2', model, snapshot).found).toBe('no usable gateway')
  })
})

describe('gateway.wan-address', () => {
  const wan = (address: string, port = 8443) => withWan({address, port})

  it('fails for another address than the file has', () => {
    expect(judgeWan(model, wan('203.0.113.9'))).toMatchObject({
      expected: 'the WAN address 127.7.2.21:8443',
      found: 'the WAN address is 203.0.113.9:8443',
      status: 'fail',
    })
  })

  it('fails for another port', () => {
    expect(judgeWan(model, wan('127.7.2.21', 443)).status).toBe('fail')
  })

  it('accepts a gateway without a WAN address where its LAN address is the one', () => {
    expect(judgeWan(model, withoutWan(healthy)).status).toBe('pass')
  })

  it('fails for a gateway without one where the file has another', () => {
    const translated = withGatewayAt('203.0.113.9')
    expect(judgeWan(translated, withoutWan(aHealthySnapshot(translated)))).toMatchObject({
      found: 'no WAN address: others dial 127.7.2.21:8443',
      status: 'fail',
    })
  })

  it.each([
    ['203.0.113.9', true, 'pass'],
    ['gw.example.com', false, 'pass'],
    ['10.1.2.3', true, 'pass'],
    ['10.1.2.3', false, 'warn'],
    ['100.64.0.9', false, 'warn'],
    ['fd00::9', false, 'warn'],
    ['0.0.0.0', true, 'fail'],
  ])('judges %s as the WAN address, with calls from outside %s, as %s', (address, isReached, status) => {
    const file = withGatewayAt(address)
    const snapshot = aHealthySnapshot(file)
    const failed = {
      leader: noAnswer('not-found', 'not asked'),
      services: noAnswer('refused', '500 No path to datacenter'),
    }
    const cutOff = withView(snapshot, 'dc1/dc1-s1', (view) => withRemote(view, 'dc2', failed))
    expect(judgeWan(file, isReached ? snapshot : cutOff).status).toBe(status)
  })

  describe('that is not the LAN address', () => {
    const file = withGatewayAt('203.0.113.9')
    const seen = aHealthySnapshot(file)
    const probe = (kind: 'timeout' | 'unreachable'): PathProbe => ({
      dialled: '203.0.113.9:8443',
      gateway: 'dc2/dc2-gw1',
      kind: 'wan-address',
      network: 'wan',
      result: noAnswer(kind, 'TLS to 203.0.113.9:8443 for x: connection refused'),
      serverName: 'dc2-s1.server.dc2.consul',
      target: 'dc2/dc2-s1',
    })
    const dead = (kind: 'timeout' | 'unreachable') => ({...seen, paths: [...seen.paths, probe(kind)]})

    it('passes where it answers', () => {
      const found = seen.paths.find(({target}) => target === 'dc2/dc2-s1') ?? expect.fail('there is a probe')
      const answered = {...probe('timeout'), result: found.result}
      expect(judgeWan(file, {...seen, paths: [...seen.paths, answered]}).status).toBe('pass')
    })

    it('fails where it is dead and the others do not get through', () => {
      const failed = {leader: noAnswer('not-found', 'not asked'), services: noAnswer('refused', '500 rpc error: EOF')}
      const snapshot = withView(dead('timeout'), 'dc1/dc1-s1', (view) => withRemote(view, 'dc2', failed))
      expect(judgeWan(file, snapshot)).toMatchObject({
        evidence: ['at its LAN address 127.7.2.21:8443 the gateway answers'],
        found: 'nothing usable answers at the WAN address: 203.0.113.9:8443 (WAN): connection refused',
        status: 'fail',
      })
    })

    it('fails where old connections still work and gateways of others cannot pass new ones on', () => {
      const isForeign = ({gateway, target}: PathProbe) => gateway === 'dc1/dc1-gw1' && target === 'dc2/dc2-s1'
      const closed = noAnswer('tls', 'TLS to 127.7.1.21:8443 for x: the connection was closed')
      expect(judgeWan(file, withProbes(dead('unreachable'), isForeign, closed)).status).toBe('fail')
    })

    it('is not what is wrong where the same comes back at the LAN address', () => {
      const closed = noAnswer('tls', 'TLS to x for y: the connection was closed before a certificate came back')
      const atBoth = withProbes(dead('unreachable'), ({target}) => target === 'dc2/dc2-s1', closed)
      const failed = {leader: noAnswer('refused', '500 rpc error: EOF')}
      const snapshot = withView(atBoth, 'dc1/dc1-s1', (view) => withRemote(view, 'dc2', failed))
      expect(judgeWan(file, snapshot).status).toBe('pass')
      expect(reportOn(file, snapshot).diagnosis.map(({cause}) => cause)).toEqual(['gateway.names-missing'])
    })

    it('does not take silence for a fault where others get through, and warns of a refusal', () => {
      expect(judgeWan(file, dead('timeout')).status).toBe('pass')
      const lost = {...probe('unreachable'), result: noAnswer('unreachable', 'TLS to x for y: no route to that host')}
      expect(judgeWan(file, {...seen, paths: [...seen.paths, lost]}).status).toBe('pass')
      expect(judgeWan(file, dead('unreachable')).status).toBe('warn')
    })
  })

  it('accepts loopback only where everything is on it', () => {
    const [dc1, dc2] = model.datacenters
    if (!dc1 || !dc2) expect.fail('the federation has two datacenters')
    const real = {...model, datacenters: [{...dc1, servers: [aServer('dc1', 'dc1-s1', '10.0.0.1')]}, dc2]}
    expect(judgeWan(model, healthy).status).toBe('pass')
    expect(judgeWan(real, aHealthySnapshot(real))).toMatchObject({
      found: '127.7.2.21:8443 cannot be reached from other machines',
      status: 'fail',
    })
  })

  it('is not asked of a gateway that is not registered', () => {
    expect(
      judgeWan(
        model,
        changing(() => undefined),
      ),
    ).toMatchObject({found: 'it is not registered', status: 'skip'})
  })
})

describe('gateway.envoy', () => {
  const snapshot = aHealthySnapshot(grown)
  const withEnvoy = (version: string) => ({...snapshot, envoys: {...snapshot.envoys, 'dc1/dc1-gw1': answer(version)}})

  it.each([
    ['1.26.9', 'pass'],
    ['1.23.0', 'pass'],
    ['1.18.3', 'warn'],
    ['1.27.0', 'warn'],
  ])('judges Envoy %s as %s', (version, status) => {
    expect(findingOf('gateway.envoy', 'dc1/dc1-gw1', grown, withEnvoy(version)).status).toBe(status)
  })

  it('asks the agent beside the gateway first', () => {
    const agent = snapshot.servers['dc1/dc1-s1']?.agent
    if (!agent?.ok) expect.fail('the server answers')
    const clients = {'dc1/dc1-c1': {agent: answer({...agent.value, envoyVersions: ['1.18.3']})}}
    const older = {...withEnvoy('1.18.3'), clients}
    expect(findingOf('gateway.envoy', 'dc1/dc1-gw1', grown, older).status).toBe('pass')
  })

  it('is not asked where no gateway says how', () => {
    expect(resultOf('gateway.envoy', model, healthy).findings[0]?.found).toContain('envoy_admin')
  })
})

function entry(): GatewayFacts {
  const gateways = healthy.servers[server]?.gateways
  if (!gateways?.ok || !gateways.value[0]) expect.fail('the catalog has a gateway')
  return gateways.value[0]
}

/** Every gateway in the catalog of dc2, as its servers see it, and in its federation states. */
function changing(change: (gateway: GatewayFacts) => GatewayFacts | undefined, snapshot: Snapshot = healthy): Snapshot {
  const everywhere = withViews(snapshot, (view) =>
    withStates(view, (state) =>
      state.datacenter === 'dc2'
        ? {...state, gateways: state.gateways.map(change).filter((gateway) => gateway !== undefined)}
        : state,
    ),
  )
  return withViews(everywhere, (view, id) => (id.startsWith('dc2/') ? withGateways(view, change) : view))
}

function adding(gateway: GatewayFacts): Snapshot {
  return withView(healthy, server, (view) =>
    view.gateways?.ok ? {...view, gateways: answer([...view.gateways.value, gateway])} : view,
  )
}

function judgeWan(file: Federation, snapshot: Snapshot) {
  return findingOf('gateway.wan-address', 'dc2/dc2-gw1', file, snapshot)
}

function withWan(wan: {address: string; port: number}): Snapshot {
  return changing((gateway) => ({...gateway, wan}))
}

function withoutWan(snapshot: Snapshot): Snapshot {
  return changing(({wan: _wan, ...gateway}) => gateway, snapshot)
}

function withGatewayAt(wanAddress: string): Federation {
  const gateways = [aGateway('dc2', 'dc2-gw1', '127.7.2.21', 'dc2-c1', {wanAddress})]
  return aFederation({datacenters: [aDatacenter(1), aDatacenter(2, {gateways})]})
}
