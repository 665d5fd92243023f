/** Where the nodes of a lab listen. */
export interface LabLayout {
  /** @param datacenter 1 for dc1. @param node 1 for the first. Servers and clients have separate numbers. */
  agent(kind: 'client' | 'server', datacenter: number, node: number): LabAddress
  gateway(datacenter: number, node: number): {readonly address: string; readonly port: number; readonly wan?: string}
  /** An address that no node uses, held while the lab comes up. */
  readonly guard: {readonly host: string; readonly port: number}
}

export interface LabAddress {
  readonly address: string
  /** Where they are not Consul's own. */
  readonly ports?: {
    readonly dns: number
    readonly grpc: number
    readonly http: number
    readonly serf_lan: number
    readonly serf_wan: number
    readonly server: number
  }
}

const firstClient = 11
const gatewayPort = 8443
const portsPerNode = 10
const nodesPerDatacenter = 10
const portsPerBlock = 600
const firstPort = 20_000

/**
 * Linux answers on all of 127.0.0.0/8, so each node gets an address of its own and Consul's standard ports.
 * Elsewhere every node shares 127.0.0.1 and gets ports of its own.
 */
export function labLayout(block: number, platform: NodeJS.Platform): LabLayout {
  return platform === 'linux' ? addressPerNode(block) : portsPerNodeOn('127.0.0.1', block)
}

function addressPerNode(block: number): LabLayout {
  return {
    agent: (kind, datacenter, node) => ({
      address: `127.${block}.${datacenter}.${kind === 'server' ? node : firstClient + node - 1}`,
    }),
    gateway: (datacenter, node) => ({
      address: `127.${block}.${datacenter}.${firstClient + node - 1}`,
      port: gatewayPort,
    }),
    guard: {host: `127.${block}.0.1`, port: gatewayPort},
  }
}

/** Every datacenter has a LAN of its own, `10.<lab>.<datacenter>.0/24`; only gateways have a WAN address too, in `198.18.<lab>.0/24`. */
export function isolatedLayout(block: number): LabLayout {
  const lan = (datacenter: number, node: number) => `10.${block}.${datacenter}.${node}`
  return {
    agent: (kind, datacenter, node) => ({address: lan(datacenter, kind === 'server' ? node : firstClient + node - 1)}),
    gateway: (datacenter, node) => ({
      address: lan(datacenter, firstClient + node - 1),
      port: gatewayPort,
      wan: `${wanAddress(block, datacenter * 10 + node)}:${gatewayPort}`,
    }),
    guard: addressPerNode(block).guard,
  }
}

/** An address of the WAN of an isolated lab: of the range that is set aside for tests of networks (RFC 2544). */
export function wanAddress(block: number, number: number): string {
  return `198.18.${block}.${number}`
}

function portsPerNodeOn(address: string, block: number): LabLayout {
  const start = firstPort + block * portsPerBlock - portsPerBlock
  const portsOf = (datacenter: number, slot: number) =>
    start + ((datacenter - 1) * nodesPerDatacenter + slot) * portsPerNode
  return {
    agent(kind, datacenter, node) {
      const first = portsOf(datacenter, kind === 'server' ? node : nodesPerDatacenter - 2)
      return {
        address,
        ports: {
          dns: first,
          grpc: first + 1,
          http: first + 2,
          serf_lan: first + 3,
          serf_wan: first + 4,
          server: first + 5,
        },
      }
    },
    gateway: (datacenter, node) => ({address, port: portsOf(datacenter, nodesPerDatacenter - 1) + node}),
    guard: {host: address, port: start},
  }
}
