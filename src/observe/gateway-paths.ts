import pMap from 'p-map'

import type {Agent, Datacenter, Federation, Gateway} from '../federation/model.js'
import {serverNameFor} from '../gateway/probe-server.js'
import {answeredWays} from './answered-ways.js'
import {foreignServers, isLarge} from './foreign-servers.js'
import type {PathProbe, ServerView} from './snapshot.js'
import {dialledAddress, probePath, type TlsPathOptions} from './tls-path.js'

/** Probes through one gateway at the same time. */
const atOnce = 8

type Network = PathProbe['network']

interface GatewayPathOptions extends TlsPathOptions {
  readonly full: boolean
  /** What the servers say, by id. */
  readonly views: Promise<Readonly<Record<string, ServerView>>>
}

/**
 * Probes of every server by its own name: through all gateways of its datacenter, and through one gateway of each other datacenter, the first that takes
 * connections; in a large federation only some of them that way, and none over which the servers have answers. With `full` through every gateway of the
 * federation. Where a gateway takes connections at its LAN address, its WAN address is tried too.
 */
export async function observeGatewayPaths(
  federation: Federation,
  datacenters: readonly Datacenter[],
  options: GatewayPathOptions,
): Promise<PathProbe[]> {
  const probes = await Promise.all(
    datacenters.map(async (datacenter) => {
      const others = datacenters.filter((other) => other !== datacenter).flatMap(({servers}) => servers)
      const direct = options.full ? [...datacenter.servers, ...others] : datacenter.servers
      const passes = await Promise.all(
        datacenter.gateways.map((gateway) => throughGateway(federation, gateway, direct, options)),
      )
      const wanAddresses = await wanAddressProbes(federation, datacenter, passes, options)
      const usable = passes.findIndex(({connected}) => connected)
      const chosen = options.full ? undefined : datacenter.gateways[Math.max(usable, 0)]
      const foreign =
        chosen &&
        (await throughGateway(
          federation,
          chosen,
          await foreignTargets(federation, datacenter, datacenters, options),
          options,
        ))
      return [...[...passes, ...(foreign ? [foreign] : [])].flatMap((pass) => pass.probes), ...wanAddresses]
    }),
  )
  return probes.flat()
}

async function foreignTargets(
  {primary}: Federation,
  datacenter: Datacenter,
  datacenters: readonly Datacenter[],
  {views}: GatewayPathOptions,
): Promise<readonly Agent[]> {
  const targets = foreignServers(datacenter, datacenters)
  if (!isLarge(datacenters)) return targets
  const answered = answeredWays(datacenter, primary, await views)
  return targets.filter((target) => !answered.has(target.datacenter))
}

interface Pass {
  readonly connected: boolean
  readonly probes: readonly PathProbe[]
}

/** One probe of each gateway that answers at its LAN address and has another WAN address, for the first server of its datacenter. */
async function wanAddressProbes(
  federation: Federation,
  {gateways, servers: [server]}: Datacenter,
  passes: readonly Pass[],
  options: TlsPathOptions,
): Promise<PathProbe[]> {
  if (!server) return []
  const meant = gateways.filter((gateway, index) => {
    const isOnLan = passes[index]?.probes[0]?.network === 'lan'
    return passes[index]?.connected && isOnLan && !hasSameAddress(gateway)
  })
  return Promise.all(
    meant.map(async (gateway): Promise<PathProbe> => {
      const {probe} = await probeThrough(federation, gateway, server, 'wan', options)
      return {...probe, kind: 'wan-address'}
    }),
  )
}

/** Dials the LAN address, and where nobody takes that connection the WAN address. The first probe decides for all of them. */
async function throughGateway(
  federation: Federation,
  gateway: Gateway,
  servers: readonly Agent[],
  options: TlsPathOptions,
): Promise<Pass> {
  const [first, ...rest] = servers
  if (!first) return {connected: false, probes: []}
  const lead = await findNetwork(federation, gateway, first, options)
  if (!lead.connected) {
    const {dialled, network, result} = lead.probe
    const copies = rest.map((server) => ({...probeOf(federation, gateway, server), dialled, network, result}))
    return {connected: false, probes: [lead.probe, ...copies]}
  }
  const probes = await pMap(
    rest,
    async (server) => (await probeThrough(federation, gateway, server, lead.probe.network, options)).probe,
    {concurrency: atOnce},
  )
  return {connected: true, probes: [lead.probe, ...probes]}
}

interface Probed {
  readonly connected: boolean
  readonly probe: PathProbe
}

async function findNetwork(
  federation: Federation,
  gateway: Gateway,
  server: Agent,
  options: TlsPathOptions,
): Promise<Probed> {
  const lan = await probeThrough(federation, gateway, server, 'lan', options)
  if (lan.connected || hasSameAddress(gateway)) return lan
  return probeThrough(federation, gateway, server, 'wan', options)
}

async function probeThrough(
  federation: Federation,
  gateway: Gateway,
  server: Agent,
  network: Network,
  options: TlsPathOptions,
): Promise<Probed> {
  const [host, port] = network === 'lan' ? [gateway.address, gateway.port] : [gateway.wanAddress, gateway.wanPort]
  const about = probeOf(federation, gateway, server)
  const {answer, connected, presented} = await probePath({host, port, serverName: about.serverName}, options)
  const shown = presented && !answer.ok ? {presented} : {}
  return {connected, probe: {...about, dialled: dialledAddress({host, port}), network, ...shown, result: answer}}
}

function hasSameAddress({address, port, wanAddress, wanPort}: Gateway): boolean {
  return address === wanAddress && port === wanPort
}

function probeOf(federation: Federation, gateway: Gateway, server: Agent) {
  return {
    gateway: gateway.id,
    kind: 'gateway',
    serverName: serverNameFor(server.datacenter, federation.domain, server.name),
    target: server.id,
  } as const
}
