import {supports} from './features.js'
import type {ConsulVersion} from './version.js'

/** Ports by the names of Consul's `ports` stanza; a name is missing where that version or kind of agent does not have it. */
export interface DefaultPorts {
  readonly dns: number
  readonly grpc: number
  readonly grpc_tls?: number
  readonly http: number
  readonly https: number
  readonly serf_lan: number
  readonly serf_wan?: number
  readonly server?: number
}

/** Consul's own ports; -1 is off ("agent/config/default.go and builder.go, 1.8–1.21"). @throws FedctlError `usage` for a text that is not a version. */
export function defaultPorts(version: ConsulVersion | string, kind: 'client' | 'server'): DefaultPorts {
  const isServer = kind === 'server'
  return {
    dns: 8600,
    http: 8500,
    https: -1,
    grpc: -1,
    ...(supports(version, 'grpc-tls-port') && {grpc_tls: isServer ? 8503 : -1}),
    serf_lan: 8301,
    ...(isServer && {serf_wan: 8302, server: 8300}),
  }
}
