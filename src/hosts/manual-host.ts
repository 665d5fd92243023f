import {loadedDigest, renderedDigest} from '../config/configuration-digest.js'
import {type Credentials, openClient} from '../consul/access.js'
import {statusLeader} from '../consul/api.js'
import {RequestError} from '../consul/request-error.js'
import type {Agent, Federation, Gateway} from '../federation/model.js'
import type {Secrets} from '../federation/secrets.js'
import {agentsOf, gatewaysOf} from '../federation/selectors.js'
import {readIfExists, writeWhole} from '../system/files.js'
import type {Ports} from '../system/ports.js'
import {acceptsConnections} from '../system/tcp-probe.js'
import type {HostChange} from './change.js'
import type {Host, ProcessState} from './host.js'
import {gatewayDigest} from './local-host.js'
import {localProcess} from './local-process.js'
import {taskOf} from './manual-tasks.js'
import type {Task} from './task.js'

/** Hosts that only a person may touch. */
export interface ManualHost extends Host {
  /** The change as a person carries it out. */
  task(change: HostChange): Promise<Task>
}

export interface ManualWorld {
  readonly federation: Federation
  /** @returns A command line of fedctl that works where this one was started. */
  readonly fedctl: (command: string) => string
  readonly ports: Ports
  readonly secrets: Secrets
}

const probeMs = 2000

/** What runs there is found out by asking it; what a person was given is remembered in the workspace. */
export function manualHost(world: ManualWorld): ManualHost {
  const {federation, ports, secrets} = world
  const agentOf = (node: string) => federation.datacenters.flatMap(agentsOf).find(({id}) => id === node)
  const gatewayOf = (node: string) => gatewaysOf(federation).find(({id}) => id === node)
  return {
    async apply(change) {
      const [agent, gateway] = [agentOf(change.node), gatewayOf(change.node)]
      const {handedOverFile} = localProcess(federation, change.node)
      if (gateway) await writeWhole(handedOverFile, gatewayDigest(gateway))
      if (change.kind !== 'install-files' || !agent) return
      const digests = [await renderedDigest(federation, agent), await loadedDigest(federation, agent)]
      await writeWhole(handedOverFile, digests.join(' '))
    },
    stateOf,
    async task(change) {
      const {handedOver, status} = change.kind === 'install-files' ? await stateOf(change.node) : {}
      return taskOf(change, {...world, isTakenOver: status === 'running' && handedOver === undefined})
    },
  }

  async function stateOf(node: string): Promise<ProcessState> {
    const [agent, gateway] = [agentOf(node), gatewayOf(node)]
    const content = (await readIfExists(localProcess(federation, node).handedOverFile))?.toString('utf8')
    const [handedOver, digest = handedOver] = content?.split(' ') ?? []
    const runs = agent
      ? await answers(agent, {env: ports.env, roles: [], secrets}, ports.signal)
      : gateway !== undefined && (await listens(gateway, ports.signal))
    return {status: runs ? 'running' : 'unknown', ...(handedOver && digest ? {digest, handedOver} : {})}
  }
}

/** Whether its API says anything at all. A proxy before an agent that does not run says 502 to 504. */
async function answers(agent: Agent, credentials: Credentials, signal: AbortSignal): Promise<boolean> {
  const client = await openClient(agent.api, credentials).catch(() => undefined)
  // Without the files that its API asks for nobody can have started it.
  if (!client) return false
  try {
    await statusLeader(client, undefined, {signal, timeoutMs: probeMs})
    return true
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof RequestError)) throw error
    const {code, status = 0} = error
    return code === 'consul.refused' && (status < 502 || status > 504)
  } finally {
    await client.close()
  }
}

async function listens({address, port}: Gateway, signal: AbortSignal): Promise<boolean> {
  return acceptsConnections({host: address, port}, {signal, timeoutMs: probeMs})
}
