import {isIP, isIPv6} from 'node:net'

import type {Agent, Datacenter, Federation} from '../federation/model.js'
import {primaryOf} from '../federation/selectors.js'
import {defaultPorts} from '../versions/default-ports.js'

export type JoinConfig = {
  readonly primary_gateways: readonly string[] | undefined
  readonly primary_gateways_interval: string | undefined
  readonly retry_interval: string | undefined
  readonly retry_interval_wan: string | undefined
  readonly retry_join: readonly string[] | undefined
  readonly retry_join_wan: readonly string[] | undefined
}

/**
 * Whom an agent joins: the other servers of its datacenter, and in a secondary the primary. Through gateways its servers get there by
 * `primary_gateways` alone; `retry_join_wan` beside the flag keeps an agent from starting, and so does `primary_gateways` in a primary or
 * on a client ("agent/config/builder.go, 1.8–1.21").
 */
export function joinConfig(federation: Federation, datacenter: Datacenter, agent: Agent): JoinConfig {
  const {retryInterval, retryIntervalWan} = federation.agent
  const retryJoin = datacenter.servers
    .filter((server) => server.name !== agent.name)
    .map((server) => lanAddress(server, datacenter))
  const joinsWan = agent.kind === 'server' && !datacenter.isPrimary
  const viaGateways = federation.via === 'mesh-gateways'
  const gateways = joinsWan && viaGateways ? unlessEmpty(datacenter.primaryGateways) : undefined
  return {
    retry_join: unlessEmpty(retryJoin),
    retry_interval: retryJoin.length > 0 ? retryInterval : undefined,
    primary_gateways: gateways,
    primary_gateways_interval: gateways && retryIntervalWan,
    retry_join_wan: joinsWan && !viaGateways ? primaryServers(federation) : undefined,
    retry_interval_wan: joinsWan ? retryIntervalWan : undefined,
  }
}

function primaryServers(federation: Federation): readonly string[] | undefined {
  const primary = primaryOf(federation)
  return unlessEmpty(primary.servers.map((server) => wanAddress(server, primary)))
}

function lanAddress(server: Agent, datacenter: Datacenter): string {
  return joinAddress(server.address, server.ports.serfLan, defaultPorts(datacenter.consul, 'server').serf_lan)
}

/** A go-sockaddr template says nothing on another host, so the LAN address stands in for one. */
function wanAddress(server: Agent, datacenter: Datacenter): string {
  const address = server.wanAddress !== undefined && isIP(server.wanAddress) ? server.wanAddress : server.address
  return joinAddress(address, server.ports.serfWan, defaultPorts(datacenter.consul, 'server').serf_wan)
}

function joinAddress(address: string, port: number, defaultPort: number | undefined): string {
  const host = isIPv6(address) ? `[${address}]` : address
  return port === defaultPort ? host : `${host}:${port}`
}

function unlessEmpty(list: readonly string[]): readonly string[] | undefined {
  return list.length === 0 ? undefined : list
}
