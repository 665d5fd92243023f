import {lookup} from 'node:dns/promises'

import pMap from 'p-map'

import {isAddress} from '../../federation/fields/address.js'
import {type Endpoint, formatEndpoint, parseEndpoint} from '../../federation/fields/endpoint.js'
import type {Federation} from '../../federation/model.js'
import {gatewaysOf} from '../../federation/selectors.js'
import {acceptsConnections} from '../../system/tcp-probe.js'
import type {EndpointState} from '../preflight-facts.js'

const atOnce = 16
const timeoutMs = 2000

/** By `host:port`: whether WAN addresses of gateways and entries of `primary_gateways` resolve here and take connections. Nothing is sent. */
export async function observeEndpoints(
  federation: Federation,
  signal: AbortSignal,
): Promise<Record<string, EndpointState>> {
  const entries = federation.datacenters.flatMap(({primaryGateways}) => primaryGateways).map(parseEndpoint)
  const addresses = gatewaysOf(federation).map(({wanAddress, wanPort}) => ({host: wanAddress, port: wanPort}))
  const endpoints = [...addresses, ...entries.filter((entry) => entry !== undefined)]
  const byName = new Map(endpoints.map((endpoint) => [formatEndpoint(endpoint), endpoint]))
  const states = await pMap(
    byName,
    async ([name, endpoint]): Promise<[string, EndpointState]> => [name, await stateOf(endpoint, signal)],
    {concurrency: atOnce, signal},
  )
  return Object.fromEntries(states)
}

async function stateOf(endpoint: Endpoint, signal: AbortSignal): Promise<EndpointState> {
  const unresolved = isAddress(endpoint.host) ? undefined : await whyUnresolved(endpoint.host)
  if (unresolved !== undefined) return {accepts: false, unresolved}
  return {accepts: await acceptsConnections(endpoint, {signal, timeoutMs})}
}

async function whyUnresolved(host: string): Promise<string | undefined> {
  try {
    await lookup(host)
    return undefined
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown reason'
  }
}
