import {readFile} from 'node:fs/promises'
import {join} from 'node:path'

import {execa} from 'execa'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'

import {loadFederation} from '../../src/federation/load.js'
import type {Federation} from '../../src/federation/model.js'
import {workspacePaths} from '../../src/federation/workspace.js'
import {readNamespaces} from '../../src/hosts/namespaces.js'
import {faults} from '../../src/lab/faults/faults.js'
import type {LabStatus} from '../../src/lab/status.js'
import {expectShownAndMended, recoveryMs} from './fault-showing.js'
import {fedctl, isRunning, temporaryFolder} from './fedctl.js'
import {fedctlKilled} from './kill/killing.js'

/** Prints of each `host:port` whether it takes a connection. What is dropped on the way is silent. */
const dial = `
import {connect} from 'node:net'
const takes = (target) => new Promise((resolve) => {
  const [host, port] = target.split(':')
  const socket = connect({host, port: Number(port), timeout: 2000})
  const end = (answer) => { socket.destroy(); resolve([target, answer]) }
  socket.once('connect', () => end(true)).once('error', () => end(false)).once('timeout', () => end(false))
})
console.log(JSON.stringify(Object.fromEntries(await Promise.all(process.argv.slice(1).map(takes)))))
`

describe('a lab whose datacenters have networks of their own', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let directory: string
  let federation: Federation
  let names: string[]
  let status: LabStatus
  const lab = (...args: string[]) => fedctl(['lab', ...args, '--dir', directory])
  const exec = (...args: string[]) => fedctl(['lab', 'exec', '--dir', directory, ...args])
  const left = async () => {
    const [namespaces, links] = await Promise.all(
      [
        ['netns', 'list'],
        ['-brief', 'link'],
      ].map(async (args) => (await execa('ip', args)).stdout),
    )
    return names.filter((name) => namespaces?.includes(name) || links?.includes(name))
  }

  beforeAll(async () => {
    folder = await temporaryFolder()
    directory = join(folder.path, 'lab')
    // While the networks are half made.
    const args = ['lab', 'up', '--isolate', '--dir', directory]
    const {killed, stderr} = await fedctlKilled(args, {at: 30, cwd: folder.path, kinds: ['network'], root: directory})
    expect(killed, stderr).toBe(true)
    const namespaces = await readNamespaces(directory)
    names = namespaces ? [...Object.values(namespaces.datacenters), namespaces.wan] : []
    const up = await lab('up')
    expect(up, up.stderr).toMatchObject({exitCode: 0})
    federation = await loadFederation(join(directory, 'federation.yaml'))
    status = JSON.parse((await lab('status', '--json')).stdout) as LabStatus
  })

  afterAll(async () => {
    await lab('down', '--purge')
    await folder.remove()
  })

  it('is up after a kill in the middle, says so, and runs each process in the network of its datacenter', async () => {
    expect(status).toMatchObject({isolated: true, state: 'up'})
    expect((await lab('status')).stdout).toContain('the lab is up, with a network namespace for each datacenter')
    const namespaces = (await readNamespaces(directory))?.datacenters
    for (const {datacenter, pid} of status.processes) {
      const {stdout} = await execa('ip', ['netns', 'identify', String(pid)])
      expect(stdout).toBe(namespaces?.[datacenter])
    }
  })

  it.each([
    ['dc1', 'dc2'],
    ['dc2', 'dc1'],
  ])('lets %s reach the WAN addresses of gateways of %s, and nothing else there', async (here, there) => {
    const [own, other] = [here, there].map((name) => federation.datacenters.find((one) => one.name === name))
    const agents = [...(other?.servers ?? []), ...(other?.clients ?? [])].map(({address}) => address)
    const hidden = [
      ...agents.flatMap((address) => [8300, 8301, 8302, 8500].map((port) => `${address}:${port}`)),
      ...(other?.gateways ?? []).map(({address, port}) => `${address}:${port}`),
    ]
    const open = [
      ...(other?.gateways ?? []).map(({wanAddress, wanPort}) => `${wanAddress}:${wanPort}`),
      ...(own?.servers ?? []).map(({address}) => `${address}:8300`),
    ]
    const {stdout} = await exec(here, '--', process.execPath, '--input-type=module', '-e', dial, ...hidden, ...open)
    expect(JSON.parse(stdout)).toEqual(
      Object.fromEntries([...hidden.map((target) => [target, false]), ...open.map((target) => [target, true])]),
    )
  })

  it('answers catalog queries in both directions', async () => {
    for (const [here, there] of [
      ['dc1', 'dc2'],
      ['dc2', 'dc1'],
    ] as const) {
      const {exitCode, stdout} = await exec(here, '--', 'consul', 'catalog', 'services', '-datacenter', there)
      expect({exitCode, services: stdout.split('\n').sort()}).toEqual({
        exitCode: 0,
        services: ['consul', 'mesh-gateway'],
      })
    }
  })

  it('is the lab that it is: another answer to --isolate is refused, and --via wan-gossip with it', async () => {
    const other = await fedctl(['lab', 'up', '--isolate', '--via', 'wan-gossip', '--dir', join(folder.path, 'other')])
    expect(other).toMatchObject({exitCode: 2})
    expect(other.stderr).toContain('with --isolate datacenters reach one another through gateways only')
    const text = await readFile(join(directory, '.fedctl', 'lab.json'), 'utf8')
    expect(JSON.parse(text)).toMatchObject({options: {isolate: true}})
  })

  it.each(faults.filter(({needs}) => needs?.includes('isolate')).map((fault) => [fault.id, fault] as const))(
    'shows %s with its cause first, and is well again once mended',
    (_id, fault) => expectShownAndMended(fault, directory),
    recoveryMs,
  )

  it(
    'has a stand-in in the network of the gateway whose place it takes, and its WAN address is not blamed',
    async () => {
      const broken = await lab('break', 'gateway-passes-some-names')
      expect(broken, broken.stderr).toMatchObject({exitCode: 0})
      expect(broken.stdout).toContain('\nverify names gateway.names-missing first\n')
      expect(await lab('mend')).toMatchObject({exitCode: 0, stdout: 'mended: gateway-passes-some-names'})
      const federation = ['--federation', join(directory, 'federation.yaml')]
      const verified = await fedctl(['verify', '--wait', '5m', '--output', 'short', ...federation])
      expect(verified, verified.stdout).toMatchObject({exitCode: 0})
    },
    recoveryMs,
  )

  it('leaves no process, namespace or interface behind, although it is broken, and says what is missing then', async () => {
    expect(names).toHaveLength(3)
    expect(await left()).toEqual(names)
    expect(await lab('break', 'wan-address-unrouted')).toMatchObject({exitCode: 0})
    const down = await lab('down')
    expect(down, down.stderr).toMatchObject({exitCode: 0})
    expect(await Promise.all(status.processes.map(({pid}) => isRunning(pid)))).not.toContain(true)
    expect(await left()).toEqual([])
    const file = join(directory, 'federation.yaml')
    for (const args of [
      ['bootstrap', 'primary', '--federation', file],
      ['lab', 'exec', '--dir', directory, 'dc1', '--', 'consul', 'members'],
    ]) {
      const refused = await fedctl(args)
      expect(refused.exitCode).toBe(4)
      expect(refused.stderr).toContain('[lab.network-missing]')
      expect(refused.stderr).toContain('fedctl lab up')
    }
    expect(await lab('down')).toMatchObject({exitCode: 0, stdout: 'nothing was running'})
    expect(await lab('down', '--purge')).toMatchObject({exitCode: 0})
    await expect(readFile(workspacePaths(directory).namespaces)).rejects.toMatchObject({code: 'ENOENT'})
  })
})
