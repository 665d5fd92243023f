import type {Agent, AgentPorts} from '../federation/model.js'
import {defaultPorts, type DefaultPorts} from '../versions/default-ports.js'

type PortName = keyof DefaultPorts

export type AddressConfig = {
  readonly bind_addr: string
  readonly advertise_addr: string | undefined
  readonly advertise_addr_wan: string | undefined
  readonly client_addr: string
  readonly ports: Partial<Readonly<Record<PortName, number>>> | undefined
}

const modelNames: Readonly<Record<PortName, keyof AgentPorts>> = {
  dns: 'dns',
  grpc: 'grpc',
  grpc_tls: 'grpcTls',
  http: 'http',
  https: 'https',
  serf_lan: 'serfLan',
  serf_wan: 'serfWan',
  server: 'server',
}

const anyAddress = /^(?:0\.0\.0\.0|::|\[::\])$/
const loopback = /^(?:127\.|::1$)/

/** Where an agent listens and what it tells others. Ports appear where they differ from the version's own. */
export function addressConfig(agent: Agent, version: string): AddressConfig {
  return {
    bind_addr: agent.bindAddr ?? agent.address,
    // Others reach the agent at `address`, so it is advertised as soon as the agent binds to something else.
    advertise_addr: agent.advertiseAddr ?? (agent.bindAddr === undefined ? undefined : agent.address),
    advertise_addr_wan: agent.kind === 'server' ? agent.wanAddress : undefined,
    client_addr: clientAddress(agent),
    ports: changedPorts(agent, version),
  }
}

/**
 * Where HTTP, DNS and gRPC listen: at the agent's own address, which fedctl and a gateway on another host ask, and on the loopback
 * interface, which `consul` and Envoy on that host ask by default. Agents on this machine share the loopback interface and leave it alone.
 */
function clientAddress(agent: Agent): string {
  const own = agent.bindAddr ?? agent.address
  const isEnough = agent.host === 'local' || anyAddress.test(own) || loopback.test(own)
  return isEnough ? own : `127.0.0.1 ${own}`
}

/** An agent with certificates and `ports.grpc` does not start where `ports.grpc_tls` is left out (agent/config/builder.go 1.15.10, since 1.14). */
function changedPorts(agent: Agent, version: string): AddressConfig['ports'] {
  const standard = Object.entries(defaultPorts(version, agent.kind)) as [PortName, number][]
  const changed = standard
    .map(([name]) => [name, agent.ports[modelNames[name]]] as const)
    .filter(([name, port], index) => port !== standard[index]?.[1] || (name === 'grpc_tls' && agent.ports.grpc > 0))
  return changed.length === 0 ? undefined : Object.fromEntries(changed)
}
