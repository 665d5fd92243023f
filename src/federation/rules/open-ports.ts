import type {defaults} from '../defaults.js'
import type {Agent, AgentPorts} from '../model.js'

/** The names of ports in the file. */
const portKeys = {
  dns: 'dns',
  grpc: 'grpc',
  grpcTls: 'grpc_tls',
  http: 'http',
  https: 'https',
  serfLan: 'serf_lan',
  serfWan: 'serf_wan',
  server: 'server',
} as const satisfies Record<keyof AgentPorts, keyof typeof defaults.ports>

export interface OpenPort {
  readonly key: keyof typeof defaults.ports
  readonly port: number
}

/** The ports on which an agent listens. Only servers listen on `server` and `serf_wan`. */
export function openPorts(ports: AgentPorts, kind: Agent['kind']): OpenPort[] {
  const names = Object.keys(portKeys) as (keyof AgentPorts)[]
  return names
    .filter((name) => kind === 'server' || (name !== 'server' && name !== 'serfWan'))
    .map((name) => ({key: portKeys[name], port: ports[name]}))
    .filter(({port}) => port > 0)
}
