import {workspacePaths} from './workspace.js'

/** Paths relative to the workspace. */
const relative = workspacePaths('')

/** Every default of the federation file, in the file's own spelling. The schema, `fedctl init` and the resolved model all read it here. */
export const defaults = {
  acl: {
    anonymous: 'read',
    default_policy: 'deny',
    down_policy: 'extend-cache',
    enabled: true,
    token_replication: true,
  },
  agent: {log_level: 'info', translate_wan_addrs: false},
  api: {scheme: 'http'},
  domain: 'consul',
  gateway: {port: 8443, service: 'mesh-gateway'},
  gossip: {encryption: true},
  host: 'manual',
  install: {
    config_dir: '/etc/consul.d',
    data_dir: '/opt/consul',
    group: 'consul',
    service: 'consul',
    user: 'consul',
  },
  /** Consul's own ports; -1 is off. */
  ports: {dns: 8600, grpc: -1, grpc_tls: -1, http: 8500, https: -1, serf_lan: 8301, serf_wan: 8302, server: 8300},
  /** Instead of `ports.grpc`, where a gateway stands beside the agent and `grpc_tls` is off. */
  portGrpcBesideGateway: 8502,
  /** Instead of `ports.https`, where the API is asked over https; `ports.http` is off then. */
  portHttps: 8501,
  tls: {
    ca_days: 1825,
    ca_file: relative.caFile,
    ca_key_file: relative.caKeyFile,
    days: 365,
    enabled: true,
  },
  via: 'mesh-gateways',
} as const
