import {FedctlError} from '../../errors/fedctl-error.js'
import type {Federation} from '../../federation/model.js'
import {agentsOf, gatewaysOf} from '../../federation/selectors.js'
import {listeningPorts} from '../../hosts/local-host.js'
import {localProcess} from '../../hosts/local-process.js'
import {readNamespaces} from '../../hosts/namespaces.js'
import {findProcess} from '../../system/background-process.js'
import {portsInUse} from '../../system/ports-in-use.js'
import type {ListenerState} from '../preflight-facts.js'

interface Listener {
  readonly addresses: readonly {readonly host: string; readonly port: number}[]
  readonly datacenter: string
  readonly id: string
}

/** By id: for each agent and gateway that fedctl starts on this machine, whether its process runs or its ports are free for it. */
export async function observeListeners(federation: Federation): Promise<Record<string, ListenerState>> {
  const agents = federation.datacenters.flatMap(agentsOf).map((agent) => ({...agent, addresses: listeningPorts(agent)}))
  const gateways = gatewaysOf(federation).map((gateway) => ({
    ...gateway,
    addresses: [{host: gateway.address, port: gateway.port}],
  }))
  const here: readonly Listener[] = [...agents, ...gateways].filter(({host}) => host === 'local')
  const states = here.map(async (listener) => [listener.id, await stateOf(federation, listener)] as const)
  return Object.fromEntries(await Promise.all(states))
}

/** In a network namespace of its own nobody else can hold the ports of a datacenter. */
async function stateOf(federation: Federation, {addresses, datacenter, id}: Listener): Promise<ListenerState> {
  try {
    const running = (await findProcess(localProcess(federation, id).pidFile))?.alive ?? false
    const isApart = (await readNamespaces(federation.workspace))?.datacenters[datacenter] !== undefined
    return {running, taken: running || isApart ? [] : await portsInUse(addresses)}
  } catch (error) {
    if (error instanceof FedctlError) return {running: false, taken: [], unusable: error.message}
    throw error
  }
}
