import {readdir, readFile} from 'node:fs/promises'
import {fileURLToPath} from 'node:url'

import {describe, expect, it} from 'vitest'

import type {Diagnosis} from '../../../../src/checks/check.js'
import {rules} from '../../../../src/checks/diagnosis/rules.js'
import {verifySnapshot} from '../../../../src/checks/verify.js'
import type {Federation} from '../../../../src/federation/model.js'
import type {GatewayFacts, PathProbe, ServerView, Snapshot} from '../../../../src/observe/snapshot.js'
import {aDatacenter, aFederation, aGateway} from '../../../fixtures/federation.js'
import {
  aCertificate,
  aHealthySnapshot,
  answer,
  failing,
  noAnswer,
  refusedAt,
  withGateways,
  withProbes,
  withRemote,
  withStates,
  withView,
  withViews,
  without,
} from '../../../fixtures/snapshot.js'
import {aGossipFederation, aGrownFederation, reportOn} from '../judging.js'

const model = aFederation()
const healthy = aHealthySnapshot(model)
const grown = aGrownFederation()
const allGrown = aHealthySnapshot(grown)
const silent = {kind: 'unreachable', message: 'GET http://x:8500/v1/status/leader: connect ECONNREFUSED'} as const
const critical = {name: 'mesh gateway listening', output: 'dial tcp: connection refused', status: 'critical'}

describe('a datacenter on its own', () => {
  it('is named first, with the move that keeps what it holds, whatever else differs', () => {
    const alone = withView(healthy, 'dc2/dc2-s1', (view) => {
      const agent = view.agent?.ok ? answer({...view.agent.value, primaryDatacenter: 'dc2'}) : view.agent
      return {...view, ...(agent ? {agent} : {})}
    })
    const [first, ...others] = reportOn(model, withRpcFailure(alone, 'No path to datacenter')).diagnosis
    expect(others).toEqual([])
    expect(first).toMatchObject({
      cause: 'agent.on-its-own',
      fix: ['fedctl bootstrap secondary --existing --dc dc2'],
      title: 'dc2 stands alone, its own primary: not joined to dc1',
    })
  })
})

describe('servers', () => {
  it('none of which answers are one diagnosis', () => {
    const dark = {...withViews(healthy, (view) => failing(view, silent)), paths: []}
    expect(only(dark)).toMatchObject({
      cause: 'access.nothing-reachable',
      explains: ['access.api'],
      title: 'none of 2 servers answers: dc1/dc1-s1 at http://127.7.1.1:8500: connect ECONNREFUSED',
    })
  })

  it('none of which answers on this machine are started again, the primary first', () => {
    const here = aFederation({
      datacenters: [2, 1].map((n) => {
        const datacenter = aDatacenter(n)
        return {...datacenter, servers: datacenter.servers.map((server) => ({...server, host: 'local' as const}))}
      }),
    })
    const dark = {...withViews(aHealthySnapshot(here), (view) => failing(view, silent)), paths: []}
    const half = withViews(aHealthySnapshot(here), (view, id) => (id.startsWith('dc2/') ? failing(view, silent) : view))
    expect(reportOn(here, half).diagnosis[0]?.fix).toEqual([
      'start what has ended again: fedctl bootstrap secondary --dc dc2',
    ])
    expect(only(dark, here).fix).toEqual([
      'start what has ended again: fedctl bootstrap primary',
      'start what has ended again: fedctl bootstrap secondary --dc dc2',
    ])
  })

  it('one of which is down explains what is missing of it, and nothing else', () => {
    const id = 'dc1/dc1-s3'
    const down = withViews(
      withView(allGrown, id, (view) => failing(view, silent)),
      (view, server) => (server === id ? view : withMember(view, 'dc1-s3.dc1', 'failed')),
    )
    expect(only(down, grown)).toMatchObject({
      cause: 'access.server-down',
      explains: ['access.api', 'wan.members'],
      title: 'server dc1/dc1-s3 does not answer at http://127.7.1.3:8500: connect ECONNREFUSED',
    })
  })

  it('all of which are down in one datacenter explain all that it takes part in', () => {
    const down = withRpcFailure(
      withView(healthy, 'dc2/dc2-s1', (view) => failing(view, silent)),
      'EOF',
    )
    expect(only(down)).toMatchObject({
      cause: 'access.server-down',
      explains: ['access.api', 'wan.rpc'],
    })
  })

  it('several of which are down are named together', () => {
    const down = ['dc1/dc1-s1', 'dc1/dc1-s2', 'dc1/dc1-s3'].reduce(
      (snapshot, id) => withView(snapshot, id, (view) => failing(view, silent)),
      allGrown,
    )
    expect(only(down, grown).title).toBe('no server of dc1 answers')
  })

  it('without a leader explain what their datacenter cannot do', () => {
    const leaderless = withRpcFailure(
      withView(healthy, 'dc2/dc2-s1', (view) => ({...view, leader: answer('')})),
      'No cluster leader',
    )
    expect(only(leaderless)).toMatchObject({
      cause: 'raft.no-leader',
      explains: ['raft.leader', 'wan.rpc'],
      title: 'dc2 has no leader: it can neither read nor write',
    })
  })
})

describe('gateways', () => {
  it.each<[string, (gateway: GatewayFacts) => GatewayFacts | undefined, string]>([
    ['not registered', () => undefined, 'gateway dc2/dc2-gw1 is not registered in the catalog of dc2'],
    [
      'registered without the meta',
      (gateway) => ({...gateway, exposesServers: false}),
      'gateway dc2/dc2-gw1 does not expose servers: meta consul-wan-federation = "1" is missing',
    ],
    [
      'critical for another reason',
      (gateway) => ({...gateway, checks: [{...critical, name: 'maintenance', output: 'by hand\n'}]}),
      'gateway dc2/dc2-gw1 is critical in Consul, so nobody uses it: maintenance: by hand',
    ],
  ])('that are %s are told apart', (_what, change, title) => {
    const snapshot = withRpcFailure(withCatalog(healthy, change), 'Remote DC has no server currently reachable')
    expect(only(snapshot)).toMatchObject({cause: 'gateway.none-usable', title})
  })

  it('that are dead are known by the check of Consul where there was no probe', () => {
    const snapshot = {
      ...withCatalog(healthy, (gateway) => ({...gateway, checks: [critical]})),
      paths: [],
      pathsSkipped: 'there is no probe certificate',
    }
    expect(only(snapshot).title).toBe('gateway dc2/dc2-gw1 does not accept connections at 127.7.2.21:8443')
  })

  it('that hang are told from those that are gone, although the system takes connections for them', () => {
    const message = 'TLS to 127.7.2.21:8443 for dc2-s1.server.dc2.consul: the TLS handshake did not end within 5000 ms'
    const hung = withProbes(healthy, ({gateway}) => gateway === 'dc2/dc2-gw1', noAnswer('timeout', message))
    expect(only(hung).title).toBe('gateway dc2/dc2-gw1 takes connections and answers nothing at 127.7.2.21:8443')
  })

  it('that are dead in every datacenter are one diagnosis that names all of them', () => {
    const probes = withProbes(healthy, () => true, refusedAt('127.7.1.21:8443'))
    const {explains, title} = only(withRpcFailure(probes, 'EOF'))
    expect(title).toBe(
      'gateways dc1/dc1-gw1 at 127.7.1.21:8443 and dc2/dc2-gw1 at 127.7.2.21:8443 do not accept connections',
    )
    expect(explains).toEqual(['gateway.path', 'gateway.bootstrap-path', 'wan.rpc'])
  })

  it('one of which is dead do not explain what a datacenter lacks', () => {
    const dead = withProbes(allGrown, ({gateway}) => gateway === 'dc2/dc2-gw2', refusedAt('127.7.2.22:8443'))
    const bare = withViews(dead, (view, id) => {
      if (!id.startsWith('dc2/') || !view.caRoots?.ok) return view
      return {...view, caRoots: answer({...view.caRoots.value, intermediates: []})}
    })
    const {diagnosis} = reportOn(grown, bare)
    expect(diagnosis.map(({cause}) => cause)).toEqual(['gateway.down', 'ca.intermediate'])
  })

  it('one of which is dead do not explain calls that find no path, which is of the pool, and all of which are dead do', () => {
    const lost = withRpcFailure(allGrown, 'No path to datacenter')
    const dead = withProbes(lost, ({gateway}) => gateway === 'dc2/dc2-gw2', refusedAt('127.7.2.22:8443'))
    expect(reportOn(grown, dead).diagnosis.map(({cause}) => cause)).toEqual(['wan.nobody-in-pool', 'gateway.down'])
    const allDead = withProbes(lost, ({gateway}) => gateway.startsWith('dc2/'), refusedAt('127.7.2.21:8443'))
    expect(only(allDead, grown)).toMatchObject({cause: 'gateway.none-usable'})
  })

  it('one of which is dead do not cut the datacenter off, and say so', () => {
    const snapshot = withProbes(allGrown, ({gateway}) => gateway === 'dc2/dc2-gw2', refusedAt('127.7.2.22:8443'))
    expect(only(snapshot, grown)).toMatchObject({
      cause: 'gateway.down',
      explains: ['gateway.path'],
      title: 'gateway dc2/dc2-gw2 does not accept connections at 127.7.2.22:8443',
    })
  })

  it('that are missing in the file and in the catalog are one diagnosis too', () => {
    const bare = aFederation({datacenters: [aDatacenter(1), aDatacenter(2, {gateways: []})]})
    expect(only(aHealthySnapshot(bare), bare)).toMatchObject({
      cause: 'gateway.none-usable',
      title: 'no gateway is registered in dc2',
    })
  })

  it('of one datacenter do not explain what fails between the others', () => {
    const three = aFederation({datacenters: [1, 2, 3].map((n) => aDatacenter(n))})
    const dead = withProbes(
      aHealthySnapshot(three),
      ({gateway}) => gateway === 'dc3/dc3-gw1',
      refusedAt('127.7.3.21:8443'),
    )
    const eof = {leader: noAnswer('refused', '500 EOF')}
    const snapshot = withView(dead, 'dc1/dc1-s1', (view) => withRemote(withRemote(view, 'dc2', eof), 'dc3', eof))
    const {diagnosis} = reportOn(three, snapshot)
    expect(diagnosis.map(({cause}) => cause)).toEqual(['gateway.none-usable', 'wan.calls-fail'])
    expect(diagnosis[1]?.title).toBe('calls dc1 → dc2 fail, in this direction only: EOF')
  })
})

describe('a server of this machine that has ended', () => {
  it('is told by its last words, and not sent to be started again as it is', () => {
    const lastWords = "'retry_join_wan' is incompatible with 'connect.enable_mesh_gateway_wan_federation = true'"
    const down = withView(healthy, 'dc2/dc2-s1', (view) => ({...failing(view, silent), lastWords}))
    const {cause, fix, title} = only(withRpcFailure(down, 'EOF'))
    expect([cause, title]).toEqual(['agent.never-starts', `server dc2/dc2-s1 does not start: ${lastWords}`])
    expect(fix[0]).toContain('fedctl config render --dc dc2 --node dc2-s1')
    expect(fix[1]).toBe('then start it: fedctl bootstrap secondary --dc dc2')
  })

  it('after it had read its configuration is not sent to be configured anew', () => {
    const lastWords = 'Error starting agent: error="Failed to start Consul server: listen tcp: address already in use"'
    const down = withView(healthy, 'dc2/dc2-s1', (view) => ({...failing(view, silent), lastWords}))
    const {fix} = only(withRpcFailure(down, 'EOF'))
    expect(fix[0]).toBe('mend on the node of dc2/dc2-s1 what Consul names there')
  })

  it('does not stand for another server that is silent', () => {
    const down = withView(allGrown, 'dc2/dc2-s1', (view) => ({...failing(view, silent), lastWords: 'it is wrong'}))
    const both = withView(down, 'dc2/dc2-s2', (view) => failing(view, silent))
    const {diagnosis} = reportOn(grown, both)
    expect(diagnosis.map(({cause}) => cause)).toEqual(['agent.never-starts', 'access.server-down'])
    expect(diagnosis.map(({title}) => title)).toEqual([
      'server dc2/dc2-s1 does not start: it is wrong',
      expect.stringContaining('server dc2/dc2-s2 does not answer'),
    ])
  })
})

describe('a gateway that does not pass connections on', () => {
  const agent = model.datacenters[1]?.servers[0] ?? expect.fail('dc2 has a server')
  const inDc2 = ({gateway, target}: PathProbe) => gateway === 'dc2/dc2-gw1' && target === agent.id
  const failed = (message: string) => noAnswer('tls', `TLS to 127.7.2.21:8443 for x: ${message}`)
  const eof = (snapshot: Snapshot) => withRpcFailure(snapshot, 'rpc error getting client: EOF')

  it.each([
    [
      'UNABLE',
      'the certificate was signed by another CA',
      {dnsNames: ['lb.example'], issuer: 'O=X, CN=LB CA', verifiedByCa: false},
    ],
  ] as const)(
    'because something ends TLS is known by the certificate that comes back (%s)',
    (_code, message, facts) => {
      const seen = withProbes(healthy, inDc2, failed(message))
      const presented = aCertificate(model, agent, facts)
      const paths = seen.paths.map((probe) => (inDc2(probe) ? {...probe, presented} : probe))
      expect(only(eof({...seen, paths}))).toMatchObject({
        cause: 'gateway.ends-tls',
        explains: ['gateway.path', 'wan.rpc'],
        title:
          'something in front of dc2/dc2-gw1 ends TLS: at 127.7.2.21:8443 comes a certificate for lb.example, issued by LB CA',
      })
    },
  )

  it('because something ends TLS is known by an alert that no Consul server sends', () => {
    const seen = withProbes(healthy, inDc2, failed('the server refused with the TLS alert "no application protocol"'))
    expect(only(eof(seen))).toMatchObject({cause: 'gateway.ends-tls'})
  })

  it('for some names closes connections for a server that is there', () => {
    const closed = failed('the connection was closed before a certificate came back')
    const seen = eof(withProbes(healthy, inDc2, closed))
    expect(only(seen)).toMatchObject({
      cause: 'gateway.names-missing',
      explains: ['gateway.path', 'wan.rpc'],
      title:
        'gateway dc2/dc2-gw1 closes connections for dc2-s1.server.dc2.consul, and passes dc1-s1.server.dc1.consul on',
    })
    const gone = withView(seen, agent.id, (view) => ({...view, certificateOnWire: refusedAt('127.7.2.1:8300')}))
    expect(only(gone).cause).toBe('wan.calls-fail')
  })
})

describe('certificates', () => {
  const agent = model.datacenters[1]?.servers[0] ?? expect.fail('dc2 has a server')

  it.each([
    'rpc error getting client: x509: certificate is valid for server.dc2.consul, localhost, not dc2-s1.server.dc2.consul',
    "Hostname/IP does not match certificate's altnames: Host: dc2-s1.server.dc2.consul. is not in the cert's altnames: DNS:localhost",
    'the certificate is not valid for dc2-s1.server.dc2.consul, but for DNS:localhost',
  ])('without the name of the node are known from the complaint of who dialled: %s', (text) => {
    const hidden = {...withView(healthy, 'dc2/dc2-s1', (view) => without(view, 'certificateOnWire')), paths: []}
    expect(only(withRpcFailure(hidden, text))).toMatchObject({
      cause: 'tls.server-name',
      fix: ['fedctl tls issue --dc dc2 --node dc2-s1'],
      title: 'the certificate of dc2/dc2-s1 does not hold dc2-s1.server.dc2.consul',
    })
  })

  it.each([
    [{notAfter: '2026-11-20T11:00:00.000Z'}, 'tls.expired', 'is expired since 2026-11-20T11:00:00.000Z'],
    [{issuer: 'CN=Other CA', verifiedByCa: false}, 'tls.foreign-ca', 'is issued by CN=Other CA'],
    [{dnsNames: ['localhost']}, 'tls.server-name', 'does not hold server.dc2.consul and dc2-s1.server.dc2.consul'],
  ])('with %j explain the calls that fail for it', (facts, cause, title) => {
    const certificateOnWire = answer(aCertificate(model, agent, facts))
    const presented = withView(healthy, 'dc2/dc2-s1', (view) => ({...view, certificateOnWire}))
    const diagnosis = only(withRpcFailure(presented, 'remote error: tls: bad certificate'))
    expect(diagnosis).toMatchObject({cause})
    expect(diagnosis.explains).toContain('wan.rpc')
    expect(diagnosis.title).toContain(title)
  })
})

describe('a fault of servers', () => {
  const lacking = withViews(allGrown, (view, id) =>
    id.startsWith('dc2/') && view.caRoots?.ok
      ? {...view, caRoots: answer({...view.caRoots.value, intermediates: []})}
      : view,
  )
  const expired = (ids: readonly string[]) =>
    grown.datacenters
      .flatMap(({servers}) => servers)
      .filter(({id}) => ids.includes(id))
      .reduce((snapshot, server) => {
        const certificate = aCertificate(grown, server, {notAfter: '2026-11-20T11:00:00.000Z'})
        return withView(snapshot, server.id, (view) => ({...view, certificateOnWire: answer(certificate)}))
      }, lacking)
  const off = (ids: readonly string[]) =>
    withViews(lacking, (view, id) =>
      ids.includes(id) && view.agent?.ok
        ? {...view, agent: answer({...view.agent.value, meshGatewayFederation: false})}
        : view,
    )
  const all = ['dc2/dc2-s1', 'dc2/dc2-s2', 'dc2/dc2-s3']

  it.each([
    ['tls.expired', expired],
    ['agent.setting', off],
  ] as const)(
    'of the kind %s explains what the datacenter lacks only where all of its servers have it',
    (cause, make) => {
      const causes = (ids: readonly string[]) => reportOn(grown, make(ids)).diagnosis.map((entry) => entry.cause)
      expect(causes(all.slice(0, 1))).toEqual([cause, 'ca.intermediate'])
      expect(causes(all)).toEqual([cause])
    },
  )
})

describe('settings', () => {
  it('that keep a secondary from joining come before what follows from them', () => {
    const portless = withView(withRpcFailure(healthy, 'No path to datacenter'), 'dc2/dc2-s1', (view) =>
      view.agent?.ok ? {...view, agent: answer({...view.agent.value, primaryGateways: ['127.7.1.21']})} : view,
    )
    expect(only(portless)).toMatchObject({
      cause: 'agent.primary-gateways',
      explains: ['agent.primary-gateways', 'wan.rpc'],
      title: 'dc2/dc2-s1 cannot join dc1: 127.7.1.21 in primary_gateways has no port: it never connects',
    })
  })

  it('that differ on several servers in the same way are named together', () => {
    const off = withViews(allGrown, (view, id) =>
      id.startsWith('dc2/') && view.agent?.ok
        ? {...view, agent: answer({...view.agent.value, meshGatewayFederation: false})}
        : view,
    )
    expect(only(off, grown)).toMatchObject({
      cause: 'agent.setting',
      title:
        'another setting than the federation needs on dc2/dc2-s1, dc2/dc2-s2 and dc2/dc2-s3: connect.enable_mesh_gateway_wan_federation = false',
    })
  })

  it('of traditional federation are a datacenter that was not moved, whatever else follows from it', () => {
    const traditional = withView(healthy, 'dc2/dc2-s1', (view) => asJoined(view))
    expect(only(traditional)).toMatchObject({
      cause: 'wan.traditional',
      explains: ['agent.federation-on', 'agent.no-wan-join', 'agent.primary-gateways'],
      fix: ['fedctl bootstrap secondary --existing --dc dc2'],
      title: 'dc2 is still joined the traditional way, with retry_join_wan, and not moved to mesh gateways',
    })
    const nowhere = withViews(healthy, (view) =>
      withStates(
        withGateways(asJoined(view), () => undefined),
        () => undefined,
      ),
    )
    expect(only(nowhere)).toMatchObject({
      cause: 'wan.traditional',
      fix: ['fedctl bootstrap secondary --existing --dc dc2'],
      title: 'dc1 and dc2 are still joined the traditional way, with retry_join_wan, and not moved to mesh gateways',
    })
  })

  it('that are names count too', () => {
    const renamed = withView(healthy, 'dc2/dc2-s1', (view) =>
      view.agent?.ok ? {...view, agent: answer({...view.agent.value, nodeName: 's1.example.com'})} : view,
    )
    expect(only(renamed)).toMatchObject({cause: 'names.wrong', title: 'dc2/dc2-s1: node_name "s1.example.com"'})
  })
})

describe('a federation whose gateways changed a moment ago', () => {
  const young = (snapshot: Snapshot, updatedAt = '2026-11-20T11:59:18Z') =>
    withViews(snapshot, (view) =>
      withStates(view, (state) => (state.datacenter === 'dc2' ? {...state, updatedAt} : state)),
    )
  const failed = withRpcFailure(healthy, 'Remote DC has no server currently reachable')

  it('is in a phase, and the title says what it waits for and until when', () => {
    expect(only(young(failed))).toMatchObject({
      cause: 'federation.settling',
      explains: ['wan.rpc'],
      title:
        'dc1 and dc2 are still finding one another: the gateways of dc2 changed 42 s ago; waiting for wan.rpc, until 12:04:18 UTC at the longest',
    })
  })

  it('is in a phase only as far as the datacenters that changed are concerned', () => {
    const three = aFederation({datacenters: [1, 2, 3].map((n) => aDatacenter(n))})
    const {diagnosis} = reportOn(three, young(withRpcFailure(aHealthySnapshot(three), 'rpc error: EOF')))
    expect(diagnosis.map(({cause}) => cause)).toEqual(['federation.settling', 'wan.calls-fail'])
    expect(diagnosis[1]?.title).toBe('calls dc1 → dc3 and dc3 → dc1 fail: rpc error: EOF')
  })

  it('is not, five minutes later', () => {
    expect(only(young(failed, '2026-11-20T11:55:00Z')).cause).toBe('wan.calls-fail')
  })

  it('is not for longer than replication waits before it tries again, where calls work', () => {
    const replication = {enabled: true, lastError: '2026-11-20T11:59:50Z', replicationType: 'tokens', running: true}
    const lagging = withView(healthy, 'dc2/dc2-s1', (view) => ({
      ...view,
      aclReplication: answer({...replication, sourceDatacenter: 'dc1'}),
    }))
    expect(only(young(lagging)).cause).toBe('federation.settling')
    expect(only(young(lagging, '2026-11-20T11:58:20Z')).cause).toBe('acl.replication')
  })

  it('is too where a server of it came back, for two minutes', () => {
    const back = (stableSince: string) =>
      withView(failed, 'dc1/dc1-s1', (view) => ({
        ...view,
        autopilot: answer({failureTolerance: 0, healthy: true, stableSince}),
      }))
    expect(only(back('2026-11-20T11:59:18Z'))).toMatchObject({
      cause: 'federation.settling',
      title:
        'dc1 and dc2 are still finding one another: a server of dc1 came back 42 s ago; waiting for wan.rpc, until 12:01:18 UTC at the longest',
    })
    expect(only(back('2026-11-20T11:57:59Z')).cause).toBe('wan.calls-fail')
  })

  it('is not while a gateway is still dead', () => {
    const snapshot = withProbes(young(failed), ({gateway}) => gateway === 'dc2/dc2-gw1', refusedAt('127.7.2.21:8443'))
    expect(only(snapshot).cause).toBe('gateway.none-usable')
  })

  it('may not have the policy of the gateway token in a secondary yet; a rule that denies one name is no phase', () => {
    const reads = ['node:read', 'service:read', 'intention:read']
    const judge = (rights: readonly string[], refused: readonly string[]) =>
      only(
        withView(young(healthy), 'dc2/dc2-s1', (view) => ({
          ...view,
          gatewayToken: answer({local: false, refused, rights}),
        })),
      )
    expect(judge([], ['service:write mesh-gateway', 'node:read dc2-s1'])).toMatchObject({
      cause: 'federation.settling',
      explains: ['acl.gateway-token'],
    })
    expect(judge([...reads, 'service:write mesh-gateway'], ['node:read dc2-s1'])).toMatchObject({
      cause: 'acl.gateway-token',
      title: 'gateways of dc2 cannot start or register again: the gateway token lacks node:read dc2-s1',
    })
    expect(judge(reads, ['service:write mesh-gateway']).cause).toBe('acl.gateway-token')
  })

  it('may not know tokens in a secondary yet', () => {
    const forbidden = noAnswer('forbidden', '403 ACL not found')
    const permissions = answer({agent: false, node: false, operator: false, service: false})
    const unknown = (id: string) => withView(young(failed), id, (view) => ({...view, permissions, token: forbidden}))
    expect(only(unknown('dc2/dc2-s1')).explains).toEqual(['access.token', 'wan.rpc'])
    expect(reportOn(model, unknown('dc1/dc1-s1')).diagnosis.map(({cause}) => cause)).toContain('access.token')
  })
})

describe('calls', () => {
  it('that find no path mean that the secondary has not joined', () => {
    expect(only(withRpcFailure(healthy, 'No path to datacenter'))).toMatchObject({
      cause: 'wan.nobody-in-pool',
      title:
        'dc2 is not in one WAN pool with the others: nobody of dc2 in the pool of dc1 and nobody of dc1 in the pool of dc2',
    })
  })

  it('that fail between datacenters whose pools lack one another mean the same', () => {
    const lost = withViews(healthy, (view, id) =>
      withMember(view, id.startsWith('dc1') ? 'dc2-s1.dc2' : 'dc1-s1.dc1', 'failed'),
    )
    expect(only(withRpcFailure(lost, 'EOF')).cause).toBe('wan.nobody-in-pool')
  })

  it('that fail without any other sign are given time, then the gateways are restarted', () => {
    const {cause, fix, title} = only(withRpcFailure(healthy, 'rpc error: EOF'))
    expect([cause, title]).toEqual(['wan.calls-fail', 'calls dc1 → dc2 and dc2 → dc1 fail: rpc error: EOF'])
    expect(fix[0]).toBe('fedctl verify --wait 5m')
  })

  it('that fail without gateways are a matter of ports', () => {
    const gossip = aGossipFederation()
    const {cause, fix} = only(withRpcFailure(aHealthySnapshot(gossip), 'i/o timeout'), gossip)
    expect([cause, fix[0]]).toEqual([
      'wan.calls-fail',
      'see whether servers reach one another at port 8300: dc1 → dc2 and dc2 → dc1',
    ])
  })
})

describe('replication', () => {
  it('that does not run explains that a secondary does not know the token', () => {
    const facts = {enabled: true, replicationType: 'tokens', running: true, sourceDatacenter: 'dc1'}
    const permissions = answer({agent: false, node: false, operator: false, service: false})
    const snapshot = withView(healthy, 'dc2/dc2-s1', (view) => ({...view, aclReplication: answer(facts), permissions}))
    const {diagnosis} = reportOn(model, snapshot)
    expect(diagnosis.map(({cause}) => cause)).toEqual(['acl.replication'])
    expect(diagnosis[0]).toMatchObject({
      explains: ['access.token', 'acl.replication'],
      title: 'dc2 does not replicate ACLs: it has neither succeeded nor failed, as without a replication token',
    })
  })
})

describe('what one check tells by itself', () => {
  const dead = noAnswer('unreachable', 'TLS to 127.7.2.99:8443 for x: connection refused')
  const unknownToken = noAnswer('forbidden', 'GET http://x:8500/v1/acl/token/self: 403 ACL not found')

  it('is the WAN address of a gateway that answers at its LAN address only, and not calls that fail', () => {
    const gateways = [aGateway('dc2', 'dc2-gw1', '127.7.2.21', 'dc2-c1', {wanAddress: '127.7.2.99'})]
    const file = aFederation({datacenters: [aDatacenter(1), aDatacenter(2, {gateways})]})
    const seen = withRpcFailure(aHealthySnapshot(file), 'rpc error getting client: EOF')
    const probe = seen.paths.find(({gateway}) => gateway === 'dc2/dc2-gw1') ?? expect.fail('there is a probe')
    const paths = [
      ...seen.paths,
      {...probe, dialled: '127.7.2.99:8443', kind: 'wan-address', network: 'wan', result: dead} as const,
    ]
    expect(only({...seen, paths}, file)).toMatchObject({
      cause: 'gateway.wan-address',
      explains: ['gateway.wan-address', 'wan.rpc'],
      title:
        'other datacenters cannot use gateway dc2/dc2-gw1 by its WAN address: nothing usable answers at the WAN address: 127.7.2.99:8443 (WAN): connection refused',
    })
  })

  it('is a replication token that is too weak, with all that is not replicated', () => {
    const weak = withViews(healthy, (view, id) =>
      id === 'dc1/dc1-s1'
        ? {...view, replicationToken: answer({local: false, rights: ['acl:write', 'service:read', 'intention:read']})}
        : {
            ...withStates(view, () => undefined),
            ...(view.caRoots?.ok ? {caRoots: answer({...view.caRoots.value, intermediates: []})} : {}),
          },
    )
    expect(only(weak)).toMatchObject({
      cause: 'acl.replication-token',
      explains: ['state.replicated', 'acl.replication-rights', 'ca.intermediate'],
      title: 'secondaries cannot replicate: the replication token lacks operator:write',
    })
  })

  it('is a gateway token that was deleted', () => {
    const deleted = withViews(healthy, (view) => ({...view, gatewayToken: unknownToken}))
    expect(only(deleted)).toMatchObject({
      cause: 'acl.gateway-token',
      fix: ['fedctl acl apply'],
      title:
        'gateways of dc1 and dc2 cannot start or register again: the gateway token of the workspace is not known there',
    })
  })

  it.each([
    ['gossipKeys', 'gossip of dc2 cannot be read by the others: another primary key than in dc1'],
    [
      'wanGossipKeys',
      'WAN gossip of dc2/dc2-s1 cannot be read by the others: another primary key in the WAN ring of dc2/dc2-s1 than in the LAN ring of dc2',
    ],
  ] as const)('is another gossip key, of the datacenter or of the WAN ring of a server (%s)', (ring, title) => {
    const other = answer({installed: ['k2'], primary: ['k2']})
    const stray = withView(healthy, 'dc2/dc2-s1', (view) => ({...view, [ring]: other}))
    const {report} = verifySnapshot(model, stray, {only: ['gossip.key']})
    expect(report.diagnosis).toMatchObject([{cause: 'gossip.other-key', explains: ['gossip.key'], title}])
  })

  it('is an intermediate that is over, or entries that differ', () => {
    const none = withView(healthy, 'dc2/dc2-s1', (view) =>
      view.caRoots?.ok ? {...view, caRoots: answer({...view.caRoots.value, intermediates: []})} : view,
    )
    expect(only(none).cause).toBe('ca.intermediate')
    const empty = withView(healthy, 'dc2/dc2-s1', (view) => ({...view, configEntries: answer({entries: []})}))
    expect(only(empty).cause).toBe('entries.replicated')
  })

  it('is ACLs that nobody has bootstrapped, with every token that is unknown', () => {
    const text =
      '403 ACL system must be bootstrapped before making any requests that require authorization: ACL not found'
    const never = noAnswer('forbidden', `GET http://x:8500/v1/acl/token/self: ${text}`)
    const snapshot = withViews(healthy, (view) => ({
      ...without(without(without(view, 'aclReplication'), 'gatewayToken'), 'replicationToken'),
      permissions: never,
      token: never,
      wanMembers: never,
    }))
    expect(only(snapshot)).toMatchObject({
      cause: 'acl.not-bootstrapped',
      explains: ['access.token', 'acl.bootstrapped'],
    })
  })
})

describe('two faults at once', () => {
  it('are two diagnoses, the one that cuts a datacenter off first', () => {
    const id = 'dc1/dc1-s3'
    const down = withView(allGrown, id, (view) => failing(view, silent))
    const dead = withProbes(down, ({gateway}) => gateway.startsWith('dc2/'), refusedAt('127.7.2.21:8443'))
    const both = withView(dead, 'dc1/dc1-s1', (view) =>
      withRemote(view, 'dc2', {leader: noAnswer('refused', '500 rpc error: EOF')}),
    )
    const {diagnosis} = reportOn(grown, both)
    expect(diagnosis.map(({cause}) => cause)).toEqual(['gateway.none-usable', 'access.server-down'])
  })
})

describe('failures that no rule knows', () => {
  it('are represented by the first of them, which names what to do', () => {
    const old = withViews(healthy, (view) =>
      view.lanMembers?.ok
        ? {...view, lanMembers: answer(view.lanMembers.value.map((member) => ({...member, build: '1.7.2'})))}
        : view,
    )
    expect(only(old)).toMatchObject({
      cause: 'version.supported',
      docs: 'docs/checks.md#version.supported',
      explains: ['version.supported'],
      title: 'dc1: 1.7.2 on 2 agents',
    })
  })

  it('stand beside a cause that is known, where nothing else makes them fail', () => {
    const dead = withProbes(healthy, ({gateway}) => gateway === 'dc2/dc2-gw1', refusedAt('127.7.2.21:8443'))
    const old = withView(dead, 'dc1/dc1-s1', (view) =>
      view.lanMembers?.ok
        ? {...view, lanMembers: answer(view.lanMembers.value.map((member) => ({...member, build: '1.7.2'})))}
        : view,
    )
    expect(reportOn(model, old).diagnosis.map(({cause}) => cause)).toEqual(['gateway.none-usable', 'version.supported'])
  })
})

describe('the rules', () => {
  it('have a cause of their own each', () => {
    const causes = rules.map(({cause}) => cause)
    expect(causes).toEqual([...new Set(causes)])
  })

  it('find nothing wrong with warnings', () => {
    expect(reportOn(model, healthy)).toMatchObject({diagnosis: [], status: 'warn'})
  })

  it('write no command of fedctl by hand', async () => {
    const folder = new URL('../../../../src/checks/', import.meta.url)
    const files = (await readdir(folder, {recursive: true})).filter((file) => file.endsWith('.ts'))
    const texts = await Promise.all(files.map((file) => readFile(fileURLToPath(new URL(file, folder)), 'utf8')))
    const written = files.filter((_file, index) =>
      /['"`: ]fedctl [a-z]/.test((texts[index] ?? '').replaceAll(/^\s*\/?\*.*$/gm, '')),
    )
    expect(written).toEqual([])
  })
})

function only(snapshot: Snapshot, file: Federation = model): Diagnosis {
  const {diagnosis} = reportOn(file, snapshot)
  expect(diagnosis.map(({cause, title}) => `${cause}: ${title}`)).toHaveLength(1)
  return diagnosis[0] ?? expect.fail('there is a diagnosis')
}

/** Every call into another datacenter fails with Consul's text. */
function withRpcFailure(snapshot: Snapshot, text: string): Snapshot {
  const failure = noAnswer('refused', `GET http://x:8500/v1/status/leader: 500 ${text}`)
  return withViews(snapshot, (view, id) =>
    id.startsWith('dc2/') && !view.leader?.ok
      ? view
      : Object.keys(view.remote ?? {}).reduce(
          (changed, name) => withRemote(changed, name, {leader: failure, services: failure}),
          view,
        ),
  )
}

/** The gateways of dc2 in its catalog and in all federation states, changed. */
function withCatalog(snapshot: Snapshot, change: (gateway: GatewayFacts) => GatewayFacts | undefined): Snapshot {
  const changed = (gateways: readonly GatewayFacts[]) => gateways.map(change).filter((gateway) => gateway !== undefined)
  return withViews(snapshot, (view, id) => {
    const published = withStates(view, (state) =>
      state.datacenter === 'dc2' ? {...state, gateways: changed(state.gateways)} : state,
    )
    return id.startsWith('dc2/') ? withGateways(published, change) : published
  })
}

/** The view of a server that is joined the traditional way. */
function asJoined(view: ServerView): ServerView {
  if (!view.agent?.ok) return view
  const joined = {meshGatewayFederation: false, primaryGateways: [], retryJoinWan: ['127.7.1.1']}
  return {...view, agent: answer({...view.agent.value, ...joined})}
}

function withMember(view: Parameters<typeof without>[0], name: string, status: 'failed') {
  if (!view.wanMembers?.ok) return view
  const members = view.wanMembers.value.map((member) => (member.name === name ? {...member, status} : member))
  return {...view, wanMembers: answer(members)}
}
