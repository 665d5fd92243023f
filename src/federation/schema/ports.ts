import {z} from 'zod'

import {defaults} from '../defaults.js'
import {withDefault} from './text.js'

const highest = 65_535

/** A TCP port. */
export function port(description: string): z.ZodInt {
  return z
    .int()
    .min(1)
    .max(highest)
    .meta({description, examples: [8500]})
}

/** A port of an agent, which may be switched off with -1. */
function agentPort(description: string, value: number): z.ZodOptional<z.ZodInt> {
  const schema = z
    .int()
    .min(-1)
    .max(highest)
    .check((payload) => {
      if (payload.value === 0)
        payload.issues.push({code: 'custom', input: 0, message: '0 is no port; write 1 to 65535, or -1 for off'})
    })
    .meta({description, examples: [value], not: {const: 0}})
  return withDefault(schema, value)
}

/** `ports` of an agent. */
export const portsSchema = z
  .strictObject({
    dns: agentPort('DNS', defaults.ports.dns),
    grpc: agentPort(
      `xDS for gateways and proxies; ${defaults.portGrpcBesideGateway} by default where a gateway stands beside the agent. Before Consul 1.14 it speaks TLS where https is on`,
      defaults.ports.grpc,
    ),
    grpc_tls: agentPort('xDS over TLS, since Consul 1.14', defaults.ports.grpc_tls),
    http: agentPort('HTTP API; off by default where api.scheme is https', defaults.ports.http),
    https: agentPort(`HTTPS API; ${defaults.portHttps} by default where api.scheme is https`, defaults.ports.https),
    serf_lan: agentPort('gossip within the datacenter', defaults.ports.serf_lan),
    serf_wan: agentPort('gossip between datacenters, of servers', defaults.ports.serf_wan),
    server: agentPort('RPC of servers', defaults.ports.server),
  })
  .meta({description: 'ports of the agent where they are not the usual ones; -1 switches one off'})
