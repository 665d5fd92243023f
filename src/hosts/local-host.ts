import {FedctlError} from '../errors/fedctl-error.js'
import type {ConsulBinary} from '../consul/binary.js'
import {loadedDigest} from '../config/configuration-digest.js'
import {nodeLayout} from '../config/node-layout.js'
import {formatEndpoint} from '../federation/fields/endpoint.js'
import type {Agent, Datacenter, Federation, Gateway} from '../federation/model.js'
import {agentsOf, datacenterOf, gatewaysOf} from '../federation/selectors.js'
import {findProcess, sendSignal, startInBackground, stopProcess} from '../system/background-process.js'
import {readIfExists, writeWhole} from '../system/files.js'
import type {Ports} from '../system/ports.js'
import {portsInUse} from '../system/ports-in-use.js'
import {parseVersion} from '../versions/version.js'
import type {HostChange} from './change.js'
import type {Host, ProcessState} from './host.js'
import {type LocalProcess, localProcess} from './local-process.js'
import {logTail} from './log-tail.js'
import {entering, everyAddress} from './namespaces.js'

export interface LocalPrograms {
  readonly consul: ConsulBinary
  /** Program and arguments that start fedctl itself, for `gateway run`. */
  readonly fedctl: readonly [string, ...string[]]
}

const stopGraceMs = 10_000
const tailLines = 12

/** This machine: agents and lab gateways as background processes with a pid file and a log. */
export function localHost(federation: Federation, programs: () => Promise<LocalPrograms>, ports: Ports): Host {
  const agents = new Map(federation.datacenters.flatMap(agentsOf).map((agent) => [agent.id, agent]))

  return {
    async apply(change) {
      switch (change.kind) {
        case 'install-files':
          return
        case 'reload-agent':
          return reload(agentOf(change))
        case 'restart-agent':
          return startAgent(agentOf(change), () => stop(change.node))
        case 'start-agent':
          return startAgent(agentOf(change))
        case 'start-gateway':
          return startGateway(change.node)
      }
    },
    async stateOf(node) {
      return stateOf(localProcess(federation, node))
    },
  }

  function agentOf(change: HostChange): Agent {
    const agent = agents.get(change.node)
    if (!agent) throw new FedctlError('bug', `no agent ${change.node} in the federation`)
    return agent
  }

  async function stop(node: string): Promise<void> {
    const {clock, signal} = ports
    await stopProcess(localProcess(federation, node).pidFile, {clock, graceMs: stopGraceMs, name: node, signal})
  }

  /** An agent reads its certificates anew on SIGHUP (Consul agent/agent.go, reloadConfigInternal, 1.8–1.21). */
  async function reload(agent: Agent): Promise<void> {
    const {digestFile, pidFile} = localProcess(federation, agent.id)
    const found = await findProcess(pidFile)
    if (!found?.alive || !sendSignal(found.pid, 'SIGHUP', {name: agent.id})) return startAgent(agent)
    await writeWhole(digestFile, await loadedDigest(federation, agent))
  }

  /** @param stopFirst ends the one that runs, once all is there that the new one needs but its ports. */
  async function startAgent(agent: Agent, stopFirst?: () => Promise<void>): Promise<void> {
    const {consul} = await programs()
    requireVersion(consul, datacenterOf(federation, agent.datacenter))
    const digest = await loadedDigest(federation, agent)
    const enter = await entering(federation.workspace, agent.datacenter)
    await stopFirst?.()
    if (enter.length === 0) await requireFree(agent.id, listeningPorts(agent))
    const background = localProcess(federation, agent.id)
    await writeWhole(background.digestFile, digest)
    await start(background, [...enter, consul.path, 'agent', `-config-dir=${nodeLayout(federation, agent).configDir}`])
  }

  async function startGateway(id: string): Promise<void> {
    const gateway = gatewaysOf(federation).find((candidate) => candidate.id === id)
    if (!gateway) throw new FedctlError('bug', `no gateway ${id} in the federation`)
    const {fedctl} = await programs()
    const enter = await entering(federation.workspace, gateway.datacenter)
    await stop(id)
    if (enter.length === 0) await requireFree(id, [{host: gateway.address, port: gateway.port}])
    const process = localProcess(federation, id)
    await writeWhole(process.digestFile, gatewayDigest(gateway))
    const run = [...fedctl, 'gateway', 'run', '--federation', federation.file, '--gateway', id]
    await start(process, enter.length === 0 ? run : [...enter, ...run, '--bind', everyAddress])
  }

  async function start(process: LocalProcess, [file = '', ...args]: readonly string[]): Promise<void> {
    const {HOME, PATH} = ports.env
    await startInBackground({...process, args, env: {HOME, PATH}, file})
  }
}

/** What a lab gateway is started with: where it listens. */
export function gatewayDigest({address, port}: Gateway): string {
  return formatEndpoint({host: address, port})
}

/** Without a pid file, but with what it was started with, a restart has ended it and did not come to starting it again. */
async function stateOf(process: LocalProcess): Promise<ProcessState> {
  const found = await findProcess(process.pidFile)
  const digest = (await readIfExists(process.digestFile))?.toString('utf8')
  if (!found && digest === undefined) return {status: 'never-started'}
  return {
    ...(digest === undefined ? {} : {digest}),
    status: found?.alive ? 'running' : 'dead',
    ...(found?.alive ? {} : {tail: await logTail(process.logFile, tailLines)}),
  }
}

/** Configuration is rendered for a version; another one may refuse its keys. */
function requireVersion({path, version}: ConsulBinary, {consul, name}: Datacenter): void {
  const [there, wanted] = [parseVersion(version), parseVersion(consul)]
  if (there?.major === wanted?.major && there?.minor === wanted?.minor) return
  throw new FedctlError('consul.version-mismatch', `${path} is Consul ${version}, and ${name} is to run ${consul}`, {
    suggestions: [
      `point FEDCTL_CONSUL to Consul ${consul}`,
      `or set consul: ${version} for ${name} in the federation file`,
    ],
  })
}

/** The TCP addresses on which an agent listens. */
export function listeningPorts({address, kind, ports}: Agent): {host: string; port: number}[] {
  const always = [ports.dns, ports.grpc, ports.grpcTls, ports.http, ports.https, ports.serfLan]
  const serverOnly = kind === 'server' ? [ports.server, ports.serfWan] : []
  return [...always, ...serverOnly].filter((port) => port > 0).map((port) => ({host: address, port}))
}

async function requireFree(node: string, addresses: {host: string; port: number}[]): Promise<void> {
  const taken = await portsInUse(addresses)
  if (taken.length === 0) return
  throw new FedctlError(
    'port.in-use',
    `${node} cannot start: ${taken.join(', ')} ${taken.length === 1 ? 'is' : 'are'} in use by another process`,
    {
      suggestions: [
        `see who listens there: ss -ltnp 'sport = :${taken[0]?.split(':').at(-1)}'`,
        'stop it, or give the node another address or port in the federation file',
      ],
    },
  )
}
