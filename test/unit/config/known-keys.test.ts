import {describe, expect, it} from 'vitest'

import {agentConfig} from '../../../src/config/agent-config.js'
import {nodeLayout} from '../../../src/config/node-layout.js'
import type {Federation} from '../../../src/federation/model.js'
import {compareVersions} from '../../../src/versions/version.js'
import {aFederationOf, aFullFederation, agentFor, fakeSecrets, roles} from './federations.js'
import {keyPaths} from './key-paths.js'

interface Known {
  readonly since?: string
  /** First version in which fedctl must not write it: gone, or deprecated with a warning at each start. */
  readonly until?: string
}

/** What Consul knows by version, from its documentation and changelog, written down independently of the code. */
const known: Readonly<Record<string, Known>> = {
  acl: {},
  'acl.default_policy': {},
  'acl.down_policy': {},
  'acl.enable_token_replication': {},
  'acl.enabled': {},
  'acl.tokens': {},
  'acl.tokens.agent': {},
  'acl.tokens.initial_management': {since: '1.11.0'},
  'acl.tokens.master': {until: '1.11.0'},
  'acl.tokens.replication': {},
  advertise_addr: {},
  advertise_addr_wan: {},
  bind_addr: {},
  bootstrap_expect: {},
  ca_file: {until: '1.12.0'},
  cert_file: {until: '1.12.0'},
  client_addr: {},
  config_entries: {},
  'config_entries.bootstrap': {},
  'config_entries.bootstrap[].kind': {},
  'config_entries.bootstrap[].mesh_gateway': {},
  'config_entries.bootstrap[].mesh_gateway.mode': {},
  'config_entries.bootstrap[].name': {},
  connect: {},
  'connect.enable_mesh_gateway_wan_federation': {since: '1.8.0'},
  'connect.enabled': {},
  data_dir: {},
  datacenter: {},
  disable_update_check: {},
  domain: {},
  enable_central_service_config: {},
  encrypt: {},
  key_file: {until: '1.12.0'},
  log_level: {},
  node_name: {},
  performance: {},
  'performance.raft_multiplier': {},
  ports: {},
  'ports.dns': {},
  'ports.grpc': {},
  'ports.grpc_tls': {since: '1.14.0'},
  'ports.http': {},
  'ports.https': {},
  'ports.serf_lan': {},
  'ports.serf_wan': {},
  'ports.server': {},
  primary_datacenter: {},
  primary_gateways: {since: '1.8.0'},
  primary_gateways_interval: {since: '1.8.0'},
  retry_interval: {},
  retry_interval_wan: {},
  retry_join: {},
  retry_join_wan: {},
  server: {},
  tls: {since: '1.12.0'},
  'tls.defaults': {since: '1.12.0'},
  'tls.defaults.ca_file': {since: '1.12.0'},
  'tls.defaults.cert_file': {since: '1.12.0'},
  'tls.defaults.key_file': {since: '1.12.0'},
  'tls.defaults.verify_outgoing': {since: '1.12.0'},
  'tls.https': {since: '1.12.0'},
  'tls.https.ca_file': {since: '1.12.0'},
  'tls.https.cert_file': {since: '1.12.0'},
  'tls.https.key_file': {since: '1.12.0'},
  'tls.internal_rpc': {since: '1.12.0'},
  'tls.internal_rpc.ca_file': {since: '1.12.0'},
  'tls.internal_rpc.cert_file': {since: '1.12.0'},
  'tls.internal_rpc.key_file': {since: '1.12.0'},
  'tls.internal_rpc.verify_incoming': {since: '1.12.0'},
  'tls.internal_rpc.verify_outgoing': {since: '1.12.0'},
  'tls.internal_rpc.verify_server_hostname': {since: '1.12.0'},
  translate_wan_addrs: {},
  use_streaming_backend: {since: '1.9.0'},
  verify_incoming_rpc: {until: '1.12.0'},
  verify_outgoing: {until: '1.12.0'},
  verify_server_hostname: {until: '1.12.0'},
}

const versions = [
  '1.8.0',
  '1.8.7',
  '1.9.17',
  '1.10.1',
  '1.10.12',
  '1.11.11',
  '1.12.9',
  '1.13.9',
  '1.14.7',
  '1.15.4',
  '1.17.3',
  '1.21.4',
  '2.1.0',
]

function keysOf(federation: Federation): string[] {
  const configs = roles.map((role) => agentFor(federation, role))
  return configs.flatMap((agent) =>
    keyPaths(agentConfig(federation, agent, fakeSecrets, nodeLayout(federation, agent))),
  )
}

describe.each(versions)('Consul %s', (version) => {
  it.each(['mesh-gateways', 'wan-gossip'] as const)('knows every key that is rendered for via: %s', (via) => {
    const rendered = [...keysOf(aFullFederation(version, {via})), ...keysOf(aFederationOf(version, {via}))]
    const unknown = rendered.filter((key) => {
      const {since = '1.8.0', until} = known[key] ?? {since: '99.0.0'}
      return compareVersions(version, since) < 0 || (until !== undefined && compareVersions(version, until) >= 0)
    })
    expect(new Set(unknown)).toEqual(new Set())
  })
})

it('meets every known key in some version, so that the list holds no dead rows', () => {
  const rendered = new Set(
    versions.flatMap((version) =>
      (['mesh-gateways', 'wan-gossip'] as const).flatMap((via) => keysOf(aFullFederation(version, {via}))),
    ),
  )
  expect(Object.keys(known).filter((key) => !rendered.has(key))).toEqual(['ports.dns'])
})
