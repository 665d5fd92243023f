import {X509Certificate} from 'node:crypto'
import {readFile, rename, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {connect} from 'node:tls'

import {afterAll, beforeAll, describe, expect, it} from 'vitest'

import type {Report} from '../../src/checks/check.js'
import type {LabStatus} from '../../src/lab/status.js'
import {startStandIn, writeWorkspace} from '../stand-in/start.js'
import {fedctl, isRunning, temporaryFolder} from './fedctl.js'
import {shapeOf} from './shape-of.js'

/** What Consul may take to use a way again that was dead, with room for a slow machine. */
const recoveryMs = 420_000

describe('a lab of two datacenters', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let directory: string
  const file = () => join(directory, 'federation.yaml')
  const status = async () =>
    JSON.parse((await fedctl(['lab', 'status', '--dir', directory, '--json'])).stdout) as LabStatus
  const consul = (datacenter: string, ...args: string[]) =>
    fedctl(['lab', 'exec', '--dir', directory, datacenter, '--', 'consul', ...args])
  const verify = async (...args: string[]) => {
    const {exitCode, stdout} = await fedctl(['verify', '--federation', file(), '--json', ...args])
    return {exitCode, report: JSON.parse(stdout) as Report}
  }

  beforeAll(async () => {
    folder = await temporaryFolder()
    directory = join(folder.path, 'lab')
    const up = await fedctl(['lab', 'up', '--dir', directory])
    expect(up, up.stderr).toMatchObject({exitCode: 0})
  })

  afterAll(async () => {
    await fedctl(['lab', 'down', '--purge', '--dir', directory])
    await folder.remove()
  })

  it('runs a server, a client and a gateway in each datacenter', async () => {
    const {datacenters, processes, state} = await status()
    expect({datacenters, state}).toEqual({datacenters: ['dc1', 'dc2'], state: 'up'})
    expect(processes.map(({alive, datacenter, kind}) => ({alive, datacenter, kind}))).toEqual(
      ['dc1', 'dc2'].flatMap((datacenter) =>
        ['server', 'client', 'gateway'].map((kind) => ({alive: true, datacenter, kind})),
      ),
    )
  })

  it('shows every server alive in both datacenters', async () => {
    for (const datacenter of ['dc1', 'dc2']) {
      const {stdout} = await consul(datacenter, 'members', '-wan')
      expect(stdout).toMatch(/^dc1-s1\.dc1 .* alive /m)
      expect(stdout).toMatch(/^dc2-s1\.dc2 .* alive /m)
    }
  })

  it('answers catalog queries in both directions', async () => {
    for (const [here, there] of [
      ['dc1', 'dc2'],
      ['dc2', 'dc1'],
    ] as const) {
      const {exitCode, stdout} = await consul(here, 'catalog', 'services', '-datacenter', there)
      expect({exitCode, services: stdout.split('\n').sort()}).toEqual({
        exitCode: 0,
        services: ['consul', 'mesh-gateway'],
      })
    }
  })

  it('has replicated the ACLs of the primary', async () => {
    const {processes} = await status()
    const secondary = processes.find(({datacenter, kind}) => datacenter === 'dc2' && kind === 'server')
    const replication = (await (await fetch(`${secondary?.httpAddress}/v1/acl/replication`)).json()) as Record<
      string,
      unknown
    >
    expect(replication).toMatchObject({
      Enabled: true,
      ReplicationType: 'tokens',
      Running: true,
      SourceDatacenter: 'dc1',
    })
    expect(Date.parse(String(replication.LastSuccess))).toBeGreaterThan(Date.parse(String(replication.LastError)))
  })

  it.each(['dc1', 'dc2'])(
    'presents the certificate of the server of %s, as issued, through every gateway',
    async (datacenter) => {
      const pki = join(directory, 'pki')
      const issued = new X509Certificate(await readFile(join(pki, datacenter, `${datacenter}-s1.pem`)))
      const [ca, cert, key] = await Promise.all(
        ['ca.pem', 'cli.pem', 'cli-key.pem'].map((name) => readFile(join(pki, name))),
      )
      const gateways = (await status()).processes.filter(({kind}) => kind === 'gateway')
      expect(gateways).toHaveLength(2)
      for (const {address} of gateways) {
        const presented = await new Promise<X509Certificate | undefined>((resolve, reject) => {
          const socket = connect(
            {
              ALPNProtocols: ['consul/rpc-single'],
              ca,
              cert,
              host: address,
              key,
              port: 8443,
              servername: `${datacenter}-s1.server.${datacenter}.consul`,
            },
            () => {
              resolve(socket.getPeerX509Certificate())
              socket.end()
            },
          ).once('error', reject)
        })
        expect(presented?.fingerprint256).toBe(issued.fingerprint256)
      }
    },
  )

  it('is verified with nothing but the warnings that one server and one gateway earn', async () => {
    const {exitCode, report} = await verify()
    expect(exitCode).toBe(0)
    expect(report.checks.filter((check) => check.status === 'fail')).toEqual([])
    expect(report.checks.filter((check) => check.status === 'warn').map(({id}) => id)).toEqual([
      'version.known-bugs',
      'raft.tolerance',
      'gateway.redundant',
    ])
    const skipped = report.checks.filter(({status}) => status === 'skip')
    expect(skipped.map(({id}) => id)).toEqual(['gateway.envoy'])
  })

  it('looks like the stand-in for a large federation, which gets the same verdict', async () => {
    const standIn = await temporaryFolder()
    const [seen, imitated] = [join(folder.path, 'seen.json'), join(standIn.path, 'seen.json')]
    const topology = {block: 152, datacenters: 2, gateways: 1, servers: 1}
    await writeWorkspace(standIn.path, topology)
    const issued = await fedctl(['tls', 'issue'], {cwd: standIn.path})
    expect(issued, issued.stderr).toMatchObject({exitCode: 0})
    const running = await startStandIn(standIn.path, {latencyMs: 0, topology})
    try {
      const {report} = await verify('--save-snapshot', seen)
      const {stdout} = await fedctl(['verify', '--json', '--save-snapshot', imitated], {cwd: standIn.path})
      const verdict = ({checks}: Report) => checks.map(({id, status}) => `${id} ${status}`)
      expect(verdict(JSON.parse(stdout) as Report)).toEqual(verdict(report))
      // Whether replication began with an error is chance.
      const shape = async (path: string) =>
        shapeOf(JSON.parse(await readFile(path, 'utf8'))).filter((place) => !place.includes('.lastError'))
      expect(await shape(imitated)).toEqual(await shape(seen))
    } finally {
      await running.end()
      await standIn.remove()
    }
  })

  it('has one gossip key, and sees a token come and go where it may write one', async () => {
    const {exitCode, report} = await verify('--only', 'gossip.key,acl.roundtrip', '--write-probes')
    expect({exitCode, summary: report.summary}, JSON.stringify(report.checks)).toEqual({
      exitCode: 0,
      summary: {fail: 0, pass: 2, skip: 0, warn: 0},
    })
    expect((await consul('dc1', 'acl', 'token', 'list')).stdout).not.toContain('probe of replication')
  })

  it('is not verified while the token of its gateways is gone', async () => {
    const {tokens} = JSON.parse(await readFile(join(directory, '.fedctl', 'secrets.json'), 'utf8')) as {
      tokens: Record<string, {accessorId: string}>
    }
    await consul('dc1', 'acl', 'token', 'delete', '-id', tokens.gateway?.accessorId ?? '')
    const {exitCode, report} = await verify('--only', 'acl')
    expect(exitCode).toBe(1)
    expect(report.diagnosis.map(({cause}) => cause)).toEqual(['acl.gateway-token'])
    expect((await fedctl(['acl', 'apply', '--federation', file()])).exitCode).toBe(0)
    expect((await verify('--only', 'acl', '--wait', '30s')).exitCode).toBe(0)
  })

  it('says that it is up when it is brought up again', async () => {
    const before = (await status()).processes.map(({pid}) => pid)
    const {exitCode, stdout} = await fedctl(['lab', 'up', '--dir', directory])
    expect(exitCode).toBe(0)
    expect(stdout).toContain('It was up already')
    expect((await status()).processes.map(({pid}) => pid)).toEqual(before)
  })

  it('lets one run at a time work in its folder, and tells the other who does', async () => {
    const runs = await Promise.all([1, 2].map(() => fedctl(['lab', 'up', '--dir', directory])))
    expect(runs.map(({exitCode}) => exitCode).sort()).toEqual([0, 4])
    expect(runs.find(({exitCode}) => exitCode === 4)?.stderr).toMatch(
      /\[workspace\.locked\] `fedctl lab up` of .+ \(pid \d+\) has worked here since/,
    )
  })

  it('leaves Ctrl-C to the program that it runs, and passes SIGTERM on', async () => {
    const exec = (script: string) => fedctl(['lab', 'exec', '--dir', directory, 'dc1', '--', 'sh', '-c', script])
    expect((await exec('kill -INT $PPID; kill -INT $PPID; consul version; exit 3')).exitCode).toBe(3)
    expect((await exec('trap "exit 5" TERM; kill -TERM $PPID; while :; do sleep 0.05; done')).exitCode).toBe(5)
  })

  it(
    'fails verification when the gateways are dead although members are alive, and recovers when they are back',
    async () => {
      const gateways = (await status()).processes.filter(({kind}) => kind === 'gateway')
      for (const {pid} of gateways) process.kill(pid, 'SIGKILL')
      const {exitCode, report} = await verify()
      expect(exitCode).toBe(1)
      expect(report.checks.filter((check) => check.status === 'fail').map(({id}) => id)).toContain('gateway.path')
      expect(report.diagnosis[0]?.cause).toMatch(/^gateway\./)
      for (const {datacenter, name} of gateways) expect(report.diagnosis[0]?.title).toContain(`${datacenter}/${name}`)
      await expect
        .poll(async () => (await verify('--only', 'wan.rpc')).report.status, {interval: 500, timeout: 60_000})
        .toBe('fail')
      const {stdout} = await consul('dc1', 'members', '-wan')
      expect(stdout).toMatch(/^dc2-s1\.dc2 .* alive /m)

      const up = await fedctl(['lab', 'up', '--dir', directory])
      expect(up, up.stderr).toMatchObject({exitCode: 0})
      expect((await verify('--wait', '5m')).exitCode).toBe(0)
    },
    recoveryMs,
  )

  it('starts a server that has ended with the configuration of the federation file, not with one that lies there', async () => {
    const server = (await status()).processes.find(({name}) => name === 'dc2-s1')
    process.kill(server?.pid ?? Number.NaN, 'SIGKILL')
    const configuration = join(directory, 'rendered', 'dc2', 'dc2-s1', 'etc', 'consul.d', 'consul.hcl')
    const written = await readFile(configuration, 'utf8')
    await writeFile(configuration, `no_such_key = true\n${written}`)
    const up = await fedctl(['lab', 'up', '--dir', directory])
    expect(up, up.stderr).toMatchObject({exitCode: 0})
    expect(await readFile(configuration, 'utf8')).toBe(written)
  })

  it(
    'is stopped without its federation file with nothing left running, and comes up again as the same federation',
    async () => {
      const before = await status()
      await rename(file(), `${file()}.away`)
      const down = await fedctl(['lab', 'down', '--dir', directory])
      await rename(`${file()}.away`, file())
      expect(down.stdout).toContain('stopped 6 processes')
      for (const {pid} of before.processes) expect(await isRunning(pid)).toBe(false)
      expect((await status()).state).toBe('down')
      const up = await fedctl(['lab', 'up', '--dir', directory])
      expect(up, up.stderr).toMatchObject({exitCode: 0})
      expect((await status()).state).toBe('up')
    },
    recoveryMs,
  )
})
