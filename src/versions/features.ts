import {compareVersions, type ConsulVersion} from './version.js'

/** One way in which Consul versions differ. It holds from `since` (from the start where there is none) to before `until`. */
export interface Difference {
  readonly feature: string
  readonly since?: string
  readonly until?: string
  readonly what: string
  readonly source: string
}

/** What differs between Consul 1.8 and 2.1, as far as fedctl meets it. Code asks `supports`; no version is compared anywhere else. */
export const differences = [
  {
    feature: 'api-gateway-entries',
    since: '1.15.0',
    source: 'CHANGELOG 1.15.0',
    what: 'config entries of the kinds api-gateway, http-route, tcp-route and inline-certificate',
  },
  {
    feature: 'autopilot-state',
    since: '1.9.0',
    source: 'CHANGELOG 1.9.0',
    what: '/v1/operator/autopilot/state',
  },
  {
    feature: 'bootstrap-secret',
    since: '1.15.0',
    source: 'CHANGELOG 1.15.0, GH-14437',
    what: '/v1/acl/bootstrap takes a chosen BootstrapSecret; before that it is ignored',
  },
  {
    feature: 'central-service-config-default',
    since: '1.9.0',
    source: 'agent/config/default.go 1.8.6 and 1.9.0, GH-8746',
    what: 'enable_central_service_config is on by default',
  },
  {
    feature: 'connect-default',
    since: '1.14.0',
    source: 'agent/config/default.go 1.13.8 and 1.14.7, GH-15302',
    what: 'connect.enabled is on by default',
  },
  {
    feature: 'envoy-grpc-ca-file',
    since: '1.14.0',
    source: 'command/connect/envoy/envoy.go 1.13.8 and 1.14.7',
    what: 'consul connect envoy has -grpc-ca-file and -grpc-ca-path',
  },
  {
    feature: 'file-certificate-entry',
    since: '1.19.0',
    source: 'CHANGELOG 1.19.0, GH-20873',
    what: 'config entries of the kind file-system-certificate',
  },
  {
    feature: 'filtered-by-acls-header',
    since: '1.11.0',
    source: 'CHANGELOG 1.11.0',
    what: 'X-Consul-Results-Filtered-By-ACLs says that an answer is not the whole answer',
  },
  {
    feature: 'force-leave-wan',
    since: '1.11.0',
    source: 'CHANGELOG 1.11.0',
    what: 'consul force-leave has -wan',
  },
  {
    feature: 'gateway-port-8443',
    since: '1.9.0',
    source: 'CHANGELOG 1.9.0, GH-9113',
    what: 'consul connect envoy puts gateways on 8443 by default; 443 before',
  },
  {
    feature: 'grpc-tls-by-certificate',
    since: '1.13.0',
    source: 'agent/agent.go 1.13.8, GH-14211',
    until: '1.14.0',
    what: 'a certificate in tls.defaults or tls.grpc turns TLS on at ports.grpc',
  },
  {
    feature: 'grpc-tls-by-https',
    source: 'agent/agent.go 1.8.6 and 1.10.0',
    until: '1.13.0',
    what: 'a positive ports.https turns TLS on at ports.grpc',
  },
  {
    feature: 'grpc-tls-port',
    since: '1.14.0',
    source: 'agent/config/builder.go 1.14.7, GH-14294, GH-15339, GH-15302',
    what: 'ports.grpc_tls (8503 by default on servers); ports.grpc never speaks TLS',
  },
  {
    feature: 'initial-management-name',
    since: '1.11.0',
    source: 'agent/config/deprecated.go, GH-11665',
    what: 'acl.tokens.initial_management and agent_recovery; master and agent_master before',
  },
  {
    feature: 'intention-entries',
    since: '1.9.0',
    source: 'CHANGELOG 1.9.0, GH-8834',
    what: 'intentions are config entries of kind service-intentions',
  },
  {
    feature: 'jwt-provider-entry',
    since: '1.16.0',
    source: 'CHANGELOG 1.16.0',
    what: 'config entries of kind jwt-provider',
  },
  {
    feature: 'leader-transfer',
    since: '1.15.0',
    source: 'CHANGELOG 1.15.0, GH-14132; run on 1.15.10 and 1.22.0',
    what: '/v1/operator/raft/transfer-leader makes another server the leader',
  },
  {
    feature: 'mesh-acl-rule',
    since: '1.11.0',
    source: 'CHANGELOG 1.11.0; agent/structs/config_entry.go 1.10.12 and 1.15.10',
    what: 'proxy-defaults and mesh entries are guarded by mesh; operator before',
  },
  {
    feature: 'mesh-entry',
    since: '1.10.0',
    source: 'CHANGELOG 1.10.0',
    what: 'config entries of kind mesh',
  },
  {
    feature: 'node-identity',
    since: '1.8.1',
    source: 'CHANGELOG 1.8.1, GH-7970',
    what: 'tokens can have node identities',
  },
  {
    feature: 'replication-error-message',
    since: '1.11.0',
    source: 'CHANGELOG 1.11.0, GH-10612',
    what: '/v1/acl/replication has LastErrorMessage',
  },
  {
    feature: 'streaming-default',
    since: '1.10.0',
    source: 'CHANGELOG 1.10.0',
    what: 'use_streaming_backend is on by default',
  },
  {
    feature: 'streaming-through-gateways',
    since: '1.10.2',
    source: 'CHANGELOG 1.10.2, GH-10838',
    what: 'streaming to other datacenters goes through the mesh gateways',
  },
  {
    feature: 'templated-policies',
    since: '1.17.0',
    source: 'CHANGELOG 1.17.0',
    what: 'tokens can have templated policies, such as builtin/node',
  },
  {
    feature: 'tls-stanza',
    since: '1.12.0',
    source: 'agent/config/config.go 1.12.9, GH-12504',
    what: 'tls { defaults, internal_rpc, https, grpc }; before that the key is unknown, which is fatal',
  },
] as const satisfies readonly Difference[]

export type Feature = (typeof differences)[number]['feature']

/**
 * Whether a version has that feature.
 * @throws FedctlError `usage` for a text that is not a version.
 */
export function supports(version: ConsulVersion | string, feature: Feature): boolean {
  const rows: readonly Difference[] = differences
  return rows.some(
    (row) =>
      row.feature === feature &&
      (row.since === undefined || compareVersions(version, row.since) >= 0) &&
      (row.until === undefined || compareVersions(version, row.until) < 0),
  )
}
