import {apiSettings} from './agent-api.js'
import {defaults} from './defaults.js'
import type {AgentView, DatacenterView, FileView} from './file-view.js'
import type {AgentPorts} from './model.js'

/**
 * The ports of an agent, with Consul's own where the file says nothing.
 * The gRPC port is on beside a gateway, whose Envoy is configured through it. It is plain text from Consul 1.14 on, and up to 1.13
 * it speaks TLS where https is on (Consul agent/agent.go 1.8–1.12, agent/config/builder.go from 1.14).
 */
export function agentPorts(file: FileView, datacenter: DatacenterView, agent: AgentView): AgentPorts {
  const own = agent.ports ?? {}
  const api = apiSettings(file, datacenter, agent)
  const https = api.scheme === 'https'
  const besideGateway = (datacenter.gateways ?? []).some(
    (gateway) => gateway?.agent !== undefined && gateway.agent === agent.name,
  )
  const grpcTls = own.grpc_tls ?? defaults.ports.grpc_tls
  return {
    dns: own.dns ?? defaults.ports.dns,
    grpc: own.grpc ?? (besideGateway && grpcTls < 0 ? defaults.portGrpcBesideGateway : defaults.ports.grpc),
    grpcTls,
    http: own.http ?? (https ? -1 : (api.port ?? defaults.ports.http)),
    https: own.https ?? (https ? (api.port ?? defaults.portHttps) : defaults.ports.https),
    serfLan: own.serf_lan ?? defaults.ports.serf_lan,
    serfWan: own.serf_wan ?? defaults.ports.serf_wan,
    server: own.server ?? defaults.ports.server,
  }
}
