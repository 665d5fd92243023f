import {FedctlError} from '../errors/fedctl-error.js'
import type {Agent, Datacenter, Federation, Gateway} from './model.js'

/** @returns The datacenter of that name. @throws FedctlError `usage` that lists the names there are. */
export function datacenterOf(federation: Federation, name: string): Datacenter {
  const found = federation.datacenters.find((datacenter) => datacenter.name === name)
  if (found) return found
  const names = federation.datacenters.map((datacenter) => datacenter.name).join(', ')
  throw new FedctlError('usage', `no datacenter is named ${JSON.stringify(name)} in ${federation.file}`, {
    suggestions: [`use one of: ${names}`],
  })
}

/** The primary datacenter. */
export function primaryOf(federation: Federation): Datacenter {
  return datacenterOf(federation, federation.primary)
}

/** All datacenters but the primary, in the order of the file. */
export function secondariesOf(federation: Federation): Datacenter[] {
  return federation.datacenters.filter((datacenter) => !datacenter.isPrimary)
}

/** The servers of all datacenters. */
export function serversOf(federation: Federation): Agent[] {
  return federation.datacenters.flatMap((datacenter) => datacenter.servers)
}

/** All agents of a datacenter, servers first. */
export function agentsOf(datacenter: Datacenter): Agent[] {
  return [...datacenter.servers, ...datacenter.clients]
}

/** The gateways of all datacenters. */
export function gatewaysOf(federation: Federation): Gateway[] {
  return federation.datacenters.flatMap((datacenter) => datacenter.gateways)
}

/** The agent beside a gateway, a client or a server. The rules of the federation file have made sure that there is one. */
export function agentBeside(datacenter: Datacenter, gateway: Gateway): Agent {
  const found = agentsOf(datacenter).find((agent) => agent.name === gateway.agent)
  if (!found) throw new FedctlError('bug', `gateway ${gateway.id} names the agent ${gateway.agent}, which is not there`)
  return found
}

/** The clients and gateways that have work to do. With `via: wan-gossip` gateways, and the clients beside them, wait for the move to mesh gateways. */
export function atWork({via}: Federation, {clients, gateways}: Datacenter): Pick<Datacenter, 'clients' | 'gateways'> {
  if (via === 'mesh-gateways') return {clients, gateways}
  return {clients: clients.filter(({name}) => !gateways.some(({agent}) => agent === name)), gateways: []}
}

/** Whose move to mesh gateways a server that runs with the flag belongs to: its own secondary's, or the first one's where it is of the primary. */
export function halfMovedSecondary(federation: Federation, {datacenter}: Agent): Datacenter | undefined {
  const secondaries = secondariesOf(federation)
  return secondaries.find(({name}) => name === datacenter) ?? secondaries[0]
}
