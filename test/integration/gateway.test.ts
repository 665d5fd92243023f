import {request} from 'undici'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'

import {registerService, wanMembers} from '../../src/consul/api.js'
import {envoyFlags} from '../../src/gateway/envoy-command.js'
import {observeService} from '../../src/gateway/observe-service.js'
import {probeServer, serverNameFor} from '../../src/gateway/probe-server.js'
import {gatewayRegistration, registrationDifferences} from '../../src/gateway/registration.js'
import {emptyTable} from '../../src/sni-gateway/routes.js'
import {startSniGateway} from '../../src/sni-gateway/server.js'
import {writeWhole} from '../../src/system/files.js'
import {runProgram} from '../../src/system/run.js'
import {aGateway} from '../fixtures/federation.js'
import {GatewayFederation, until, Workshop} from './gateway-federation.js'

describe('two datacenters of a real Consul, federated through two gateways of fedctl', () => {
  let federation: GatewayFederation
  let workshop: Workshop

  beforeAll(async () => {
    workshop = await Workshop.open()
    federation = await GatewayFederation.start(workshop)
  })

  afterAll(async () => {
    await workshop.end()
  })

  /** Asks a gateway for a server as other servers do, with a certificate of the kind `cli`. */
  function probe(dialled: string, serverName: string, timeoutMs = 3000) {
    const [host = '', port] = dialled.split(':')
    const identity = {ca: workshop.caPem, ...workshop.issue({datacenter: 'dc1', kind: 'cli'})}
    return probeServer({...identity, host, port: Number(port), serverName, timeoutMs})
  }

  async function handshakeErrors(server: string): Promise<string[]> {
    const lines = (await workshop.log(server)).split('\n')
    return lines.filter((line) => line.includes('[ERROR]') && line.includes('agent.server.rpc'))
  }

  it('sees all servers alive from both sides', async () => {
    for (const name of ['dc1', 'dc2']) {
      const client = await federation.server(name)
      await until(`${name} sees both servers alive`, async () => {
        const alive = (await wanMembers(client)).filter(({Status}) => Status === 1).map(({Name}) => Name)
        return alive.sort().join(',') === 'dc1-s1.dc1,dc2-s1.dc2'
      })
    }
  })

  it('answers catalog queries in both directions', async () => {
    expect(await federation.reaches('dc1', 'dc2')).toBe(true)
    expect(await federation.reaches('dc2', 'dc1')).toBe(true)
  })

  it('lists both gateways as registered, passing, and published in both datacenters', async () => {
    await until('both datacenters know both gateways', async () => {
      const {stdout} = await federation.fedctl('gateway', 'list', '--json')
      const {gateways} = JSON.parse(stdout) as {gateways: {check: string; published: object}[]}
      return gateways.every(
        ({check, published}) => check === 'passing' && Object.values(published).join(',') === 'yes,yes',
      )
    })
    const {stdout} = await federation.fedctl('gateway', 'list')
    expect(stdout).toMatch(/dc1\/dc1-gw1 +127\.142\.1\.11:8443 +127\.142\.1\.11:8443 +passing +dc1, dc2/)
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
  })

  it('has nothing to register a second time', async () => {
    const {exitCode, stdout} = await federation.fedctl('gateway', 'register', '--json')
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({gateways: [{action: 'none'}, {action: 'none'}], schemaVersion: 1})
  })

  it('registers a gateway anew whose check asks where it does not listen, and says why', async () => {
    const client = workshop.client('http://127.142.1.11:8500', await federation.management())
    const [gateway] = federation.model.datacenters[0]?.gateways ?? []
    if (!gateway) throw new Error('dc1 has no gateway')
    const right = gatewayRegistration(gateway)
    await registerService(client, {...right, Check: {...right.Check, TCP: '127.142.1.11:8444'}})
    const further = {Interval: '1s', ServiceID: 'dc1-gw1', Timeout: '1s'}
    for (const check of [
      {...further, ID: 'second', Name: 'mesh-gateway Listening', TCP: '127.142.1.11:8445'},
      {...further, ID: 'admin', Name: 'admin port', TCP: '127.142.1.11:19009'},
    ])
      await client.request('/v1/agent/check/register', {body: check, method: 'PUT'})
    await client.request('/v1/agent/service/maintenance/dc1-gw1', {method: 'PUT', query: {enable: 'true'}})
    const ofDc1 = ['--gateway', 'dc1/dc1-gw1']
    const because = 'the critical check "mesh-gateway listening" asks 127.142.1.11:8444 instead of 127.142.1.11:8443'
    const removes = 'take away its check "second"'
    await until('the checks have failed', async () => {
      const {stdout} = await federation.fedctl('gateway', 'register', '--dry-run', ...ofDc1)
      return stdout.includes(because) && stdout.includes(removes)
    })
    const {stdout} = await federation.fedctl('gateway', 'register', ...ofDc1)
    expect(stdout).toContain(because)
    expect(stdout).toContain('stays in maintenance until consul maint -disable -service=dc1-gw1')
    const checks = async () => (await observeService(client, 'dc1-gw1', AbortSignal.timeout(5000)))?.checks ?? []
    await until('its own check passes again, and what is not of fedctl is as it was', async () => {
      const states = (await checks()).map(({CheckID, Status}) => `${CheckID} ${Status}`).sort()
      return states.join() === '_service_maintenance:dc1-gw1 critical,admin critical,service:dc1-gw1 passing'
    })
    await client.request('/v1/agent/service/maintenance/dc1-gw1', {method: 'PUT', query: {enable: 'false'}})
    await client.request('/v1/agent/check/deregister/admin', {method: 'PUT'})
    expect((await checks()).map(({Status}) => Status)).toEqual(['passing'])
  })

  it('shows counters and routes on its status address', async () => {
    const status = async () => (await request('http://127.142.1.11:19000/')).body.json()
    // A gateway is critical until its first check has passed.
    await expect.poll(status, {timeout: 30_000}).toMatchObject({
      gateway: 'dc1/dc1-gw1',
      routes: {
        gateways: {dc2: [{critical: false, host: '127.142.2.11', port: 8443}]},
        servers: {'dc1-s1': {host: '127.142.1.1', port: 8300}},
      },
    })
  })

  it('reaches every server by its name through the gateway of either datacenter, and leaves no error in its log', async () => {
    const before = [await handshakeErrors('dc1-s1'), await handshakeErrors('dc2-s1')]
    for (const dialled of ['127.142.1.11:8443', '127.142.2.11:8443']) {
      for (const [datacenter, node] of [['dc1', 'dc1-s1'], ['dc2', 'dc2-s1'], ['dc1'], ['dc2']] as const) {
        const result = await probe(dialled, serverNameFor(datacenter, 'consul', node))
        expect(result).toMatchObject({alpn: 'consul/rpc-multi', status: 'ok'})
      }
    }
    expect([await handshakeErrors('dc1-s1'), await handshakeErrors('dc2-s1')]).toEqual(before)
  })

  it.each(['dc1-s9.server.dc1.consul', 'server.dc3.consul', 'dc1-s1.server.dc1.example'])(
    'closes a connection for %s, to which there is no route',
    async (serverName) => {
      expect(await probe('127.142.1.11:8443', serverName)).toMatchObject({code: 'closed', stage: 'handshake'})
    },
  )

  it('lets the server refuse a client without a certificate', async () => {
    const result = await probeServer({
      ca: workshop.caPem,
      host: '127.142.1.11',
      port: 8443,
      serverName: 'dc1-s1.server.dc1.consul',
    })
    expect(result).toMatchObject({stage: 'refused-after-handshake', status: 'failed'})
    expect(result.chain.length).toBeGreaterThan(0)
  })

  it('finds in the registration by Consul itself what it would register', async () => {
    // Consul registers only addresses that stand on an interface, and 127.142.1.11 does not.
    const gateway = aGateway('dc1', 'dc1-gw9', '127.0.0.1', 'dc1-c1', {wanAddress: '192.0.2.1'})
    const tokenFile = `${workshop.folder}/token`
    await writeWhole(tokenFile, await federation.management())
    const flags = envoyFlags(federation.model, gateway, '1.8.7', {caFile: `${workshop.folder}/ca.pem`, tokenFile})
    const consul = process.env.FEDCTL_CONSUL ?? 'consul'
    const made = await runProgram(consul, ['connect', 'envoy', ...flags.flat(), '-bootstrap'])
    expect(made).toMatchObject({exitCode: 0})
    const client = workshop.client('http://127.142.1.11:8500', await federation.management())
    const observed = await observeService(client, 'dc1-gw9', AbortSignal.timeout(5000))
    await client.request('/v1/agent/service/deregister/dc1-gw9', {method: 'PUT'})
    expect(observed && registrationDifferences(gatewayRegistration(gateway), observed)).toEqual([])
  })

  it('refuses a port that is taken', async () => {
    const {exitCode, stderr} = await federation.fedctl('gateway', 'run', '--dc', 'dc1')
    expect(exitCode).toBe(4)
    expect(stderr).toContain('[port.in-use] 127.142.1.11:8443 is taken by another program')
  })

  it('cuts the datacenters off when a gateway dies, and lets them through again', async () => {
    await workshop.stop('dc2-gw1', 'SIGKILL')
    const name = serverNameFor('dc2', 'consul', 'dc2-s1')
    expect(await probe('127.142.2.11:8443', name)).toMatchObject({code: 'ECONNREFUSED', stage: 'connect'})
    expect(await probe('127.142.1.11:8443', name)).toMatchObject({code: 'closed', stage: 'handshake'})
    await until('dc1 gets no answer from dc2', async () => !(await federation.reaches('dc1', 'dc2').catch(() => false)))
    await federation.startGateway('dc2')
    expect(await probe('127.142.1.11:8443', name)).toMatchObject({status: 'ok'})
  })

  it('stops in order on SIGTERM, and says what it has done', async () => {
    expect(await workshop.stop('dc1-gw1', 'SIGTERM')).toBe(0)
    const log = await workshop.log('dc1-gw1')
    expect(log).toMatch(/stopping: \d+ connections have 2000 ms to end/)
    expect(log).toMatch(/stopped: \{"accepted":\d+,"active":0,/)
    expect(log).not.toContain(await federation.management())
  })

  it('lists what is known where a datacenter does not answer, and says what is not', async () => {
    for (const name of ['dc2-c1', 'dc2-s1']) await workshop.stop(name, 'SIGKILL')
    const {exitCode, stdout} = await federation.fedctl('gateway', 'list', '--json')
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      gateways: [
        {id: 'dc1/dc1-gw1', published: {dc1: 'yes', dc2: 'unknown'}, registered: true},
        {check: 'unknown', id: 'dc2/dc2-gw1', published: {dc1: 'yes', dc2: 'unknown'}, registered: 'unknown'},
      ],
      problems: [{subject: 'dc2/dc2-c1'}, {subject: 'federation states of dc2'}],
    })
  })
})

describe('a server whose certificate lacks its node name', () => {
  let workshop: Workshop

  beforeAll(async () => {
    workshop = await Workshop.open()
    await workshop.startAgent({datacenter: 'dc3', kind: 'server', name: 'dc3-s1'}, '127.142.3.1', {ports: {dns: -1}})
    const client = workshop.client('http://127.142.3.1:8500')
    await until('dc3 has a leader', async () => (await client.request<string>('/v1/status/leader')) !== '')
  })

  afterAll(async () => {
    await workshop.end()
  })

  it('is told from one that does not answer: the probe shows what it presents', async () => {
    const stop = new AbortController()
    const servers = new Map([['dc3-s1', {critical: false, host: '127.142.3.1', port: 8300}]])
    const gateway = await startSniGateway({
      host: '127.142.3.11',
      port: 0,
      report: () => undefined,
      routes: () => ({...emptyTable('dc3', 'consul'), servers}),
      signal: stop.signal,
    })
    const identity = {ca: workshop.caPem, ...workshop.issue({datacenter: 'dc3', kind: 'cli'})}
    const dialled = {...identity, host: '127.142.3.11', port: gateway.port}
    const byNode = await probeServer({...dialled, serverName: 'dc3-s1.server.dc3.consul'})
    const byDatacenter = await probeServer({...dialled, serverName: 'server.dc3.consul'})
    stop.abort()
    await gateway.closed
    expect(byDatacenter).toMatchObject({status: 'ok'})
    expect(byNode).toMatchObject({code: 'ERR_TLS_CERT_ALTNAME_INVALID', stage: 'verification'})
    expect(byNode).toMatchObject({message: expect.stringContaining('DNS:server.dc3.consul') as string})
    expect(await workshop.log('dc3-s1')).not.toContain('TLS handshake failed')
  })
})
