import pRetry from 'p-retry'

import {isNoAnswer, isPassing} from '../../acl/refusals.js'
import {loadedDigest} from '../../config/configuration-digest.js'
import type {Agent, Gateway} from '../../federation/model.js'
import {agentsOf} from '../../federation/selectors.js'
import type {HostChange} from '../../hosts/change.js'
import {gatewayDigest} from '../../hosts/local-host.js'
import {makeNetwork} from '../isolation/network.js'
import type {RunbookContext} from '../../runbooks/context.js'
import type {Fault} from './fault.js'
import {putBack} from './fault-record.js'
import {endProcessesOfFaults} from './processes.js'

const settleRetries = 120
const settlePauseMs = 500

/**
 * Puts back what a fault changed, however far it came: what it added ends, then files, networks, agents that run with others, and what has ended. The
 * runbooks do the rest.
 * Repetition is harmless.
 * @throws What the host, Consul or the disk throws.
 */
export async function mendLab(fault: Fault, context: RunbookContext): Promise<void> {
  const {federation, hosts, ports} = context
  await endProcessesOfFaults(context)
  await putBack(federation.workspace)
  await makeNetwork(federation, ports)
  const changes = await Promise.all(federation.datacenters.flatMap(agentsOf).map((agent) => dueStart(agent, context)))
  await Promise.all(changes.flat().map((change) => hosts.local.apply(change, ports.signal)))
  const gateways = federation.datacenters.flatMap((datacenter) => datacenter.gateways)
  const starts = await Promise.all(gateways.map((gateway) => dueGateway(gateway, context)))
  await Promise.all(starts.flat().map((change) => hosts.local.apply(change, ports.signal)))
  if (fault.mend) await settled(() => fault.mend?.({context}), context)
}

/** Repeats what Consul refuses only because its servers have just been started. */
async function settled(work: () => Promise<void> | undefined, {ports}: RunbookContext): Promise<void> {
  await pRetry(async () => work(), {
    factor: 1,
    minTimeout: settlePauseMs,
    retries: settleRetries,
    shouldRetry: ({error}) => isPassing(error) || isNoAnswer(error),
    signal: ports.signal,
  })
}

/** The digest tells with which files it was started. */
async function dueStart(agent: Agent, {federation, hosts}: RunbookContext): Promise<HostChange[]> {
  const {digest, status} = await hosts.local.stateOf(agent.id)
  const on = {host: 'local', node: agent.id} as const
  if (status !== 'running') return [{...on, kind: 'start-agent', summary: `start ${agent.id}`}]
  if (digest === (await loadedDigest(federation, agent))) return []
  return [{...on, kind: 'restart-agent', summary: `restart ${agent.id} as it was`}]
}

/** Something else may run in its place. */
async function dueGateway(gateway: Gateway, {hosts}: RunbookContext): Promise<HostChange[]> {
  const {id} = gateway
  const {digest, status} = await hosts.local.stateOf(id)
  return status === 'running' && digest === gatewayDigest(gateway)
    ? []
    : [{host: 'local', kind: 'start-gateway', node: id, summary: `start ${id}`}]
}
