import {readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {expect} from 'vitest'

import type {Report} from '../../src/checks/check.js'
import {loadFederation} from '../../src/federation/load.js'
import {stopLab} from '../../src/lab/down.js'
import {type LabProcess, labStatus} from '../../src/lab/status.js'
import {systemClock} from '../../src/system/clock.js'
import {hasBug, knownBugs} from '../../src/versions/known-bugs.js'
import {consulVersion, type Ended, fedctl, isRunning, temporaryFolder} from '../integration/fedctl.js'
import {federationFile} from './federation-file.js'
import {type Haproxy, startHaproxy} from './haproxy.js'
import type {Topology} from './topologies.js'

const patient = {interval: 50, timeout: 60_000}

/** A federation of a topology, brought up by the runbooks on this machine. */
export interface HealthyFederation {
  /** Ends and removes all of it. */
  end(): Promise<void>
  /** Runs fedctl in its folder. */
  run(...args: string[]): Promise<Ended>
  /** Restarts its agents one by one, each waited for as fedctl tells an operator to. */
  restart(): Promise<void>
  start(): Promise<void>
  /**
   * Verifies, and expects no failure and exactly the warnings of the topology.
   * With `mayPass`, where processes were ended a moment ago, what fails has to be told as a phase.
   * @returns The moment, and whether it was a phase.
   */
  verify(moment: string, options?: {readonly args?: readonly string[]; readonly mayPass?: boolean}): Promise<string>
}

/** @param block its addresses are in 127.<block>.0.0/16 */
export async function healthyFederation(topology: Topology, block: number): Promise<HealthyFederation> {
  const folder = await temporaryFolder()
  const file = join(folder.path, 'federation.yaml')
  const consul = await consulVersion()
  const datacenters = Array.from({length: topology.datacenters}, (_, index) => `dc${index + 1}`)
  const proxies = new Map<string, Haproxy>()
  await writeFile(file, federationFile(topology, block, consul))

  const run = (...args: string[]) => fedctl(args, {cwd: folder.path})

  const done = async (...args: string[]) => {
    const ended = await run(...args)
    expect(ended, `${args.join(' ')}: ${ended.stderr}${ended.stdout}`).toMatchObject({exitCode: 0})
    return ended
  }

  const bootstrap = (datacenter: string) =>
    datacenter === 'dc1' ? ['bootstrap', 'primary'] : ['bootstrap', 'secondary', '--dc', datacenter]

  /** The gateways of a datacenter, as an operator runs them. */
  const startProxies = async (datacenter: string) => {
    const {stdout} = await done('gateway', 'render', '--haproxy', '--dc', datacenter, '--json')
    const {gateways} = JSON.parse(stdout) as {gateways: {configuration: string; gateway: string}[]}
    for (const {configuration, gateway} of gateways) {
      const path = join(folder.path, `${gateway.replace('/', '-')}.cfg`)
      await writeFile(path, configuration)
      proxies.set(path, startHaproxy(path))
    }
    await expect.poll(() => run('gateway', 'register', '--dc', datacenter), patient).toMatchObject({exitCode: 0})
  }

  const restartProcess = async ({datacenter, kind, pid}: LabProcess) => {
    process.kill(pid, 'SIGTERM')
    await expect.poll(() => isRunning(pid), patient).toBe(false)
    await done(...bootstrap(datacenter))
    if (kind === 'server')
      await done(
        'verify',
        '--dc',
        datacenter,
        ...'--only access.api,raft.leader --fail-on warning --wait 2m'.split(' '),
      )
    if (kind === 'gateway') await done('verify', '--only', 'gateway,wan.rpc', '--wait', '5m')
  }

  return {
    async end() {
      await stopLab(folder.path, undefined, {clock: systemClock, env: process.env, signal: AbortSignal.timeout(60_000)})
      for (const proxy of proxies.values()) await proxy.end()
      await folder.remove()
    },
    async restart() {
      if (topology.restart === 'configuration') {
        const text = await readFile(file, 'utf8')
        await writeFile(file, text.replace('log_level: info', 'log_level: debug'))
        for (const datacenter of datacenters) await done(...bootstrap(datacenter))
        return
      }
      for (const each of (await labStatus(await loadFederation(file))).processes)
        if (each.alive) await restartProcess(each)
      for (const [path, proxy] of proxies) {
        await done('verify', '--only', 'gateway,wan.rpc', '--wait', '5m')
        await proxy.end()
        proxies.set(path, startHaproxy(path))
      }
    },
    run,
    async start() {
      for (const datacenter of datacenters) {
        if (topology.proxy === 'haproxy') {
          expect(await run(...bootstrap(datacenter))).toMatchObject({exitCode: 1})
          await startProxies(datacenter)
        }
        await done(...bootstrap(datacenter))
      }
    },
    async verify(moment, {args = [], mayPass = false} = {}) {
      const {exitCode, stdout} = await run('verify', '--json', ...args)
      const {checks, diagnosis} = JSON.parse(stdout) as Report
      const about = `${moment}: ${JSON.stringify([diagnosis, checks.filter(({status}) => status !== 'pass')])}`
      const phase = mayPass ? diagnosis.filter(({cause}) => cause === 'federation.settling') : []
      const left = checks.filter(({id}) => !phase.some(({explains}) => explains.includes(id)))
      const of = (status: string) => left.filter((check) => check.status === status).map(({id}) => id)
      expect(of('fail'), about).toEqual([])
      if (!mayPass) expect(of('pass'), about).toEqual(expect.arrayContaining(['gateway.path', 'wan.rpc']))
      expect(of('warn'), about).toEqual([...warningsOfVersion(consul), ...topology.warnings])
      expect(exitCode, about).toBe(checks.some(({status}) => status === 'fail') ? 1 : 0)
      return phase.length > 0 ? `${moment} (settling)` : moment
    },
  }
}

/** Every federation of the list goes through gateways. */
function warningsOfVersion(consul: string): string[] {
  const met = knownBugs.filter(({only}) => only === undefined || only === 'gateways')
  return met.some((bug) => hasBug(consul, bug)) ? ['version.known-bugs'] : []
}
