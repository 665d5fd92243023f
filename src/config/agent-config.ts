import type {Agent, Datacenter, Federation} from '../federation/model.js'
import {datacenterOf} from '../federation/selectors.js'
import {supports} from '../versions/features.js'
import {type AclConfig, aclConfig} from './acl-config.js'
import {addressConfig, type AddressConfig} from './address-config.js'
import type {ConfigSecrets} from './config-secrets.js'
import {joinConfig, type JoinConfig} from './join-config.js'
import type {NodeLayout} from './node-layout.js'
import {tlsConfig, type TlsConfig} from './tls-config.js'

type BootstrapEntry = {
  readonly kind: 'proxy-defaults'
  readonly name: 'global'
  readonly mesh_gateway: {readonly mode: string}
}

/**
 * The configuration of one agent, in Consul's own names and for its version: what is undefined does not appear in the file, since an
 * unknown key keeps an agent from starting ("agent/config/builder.go, 1.8–1.21: invalid config key").
 */
export type AgentConfig = AddressConfig &
  JoinConfig &
  TlsConfig & {
    readonly acl: AclConfig | undefined
    readonly bootstrap_expect: number | undefined
    readonly config_entries: {readonly bootstrap: readonly BootstrapEntry[]} | undefined
    readonly connect:
      {readonly enabled: true; readonly enable_mesh_gateway_wan_federation: true | undefined} | undefined
    readonly data_dir: string
    readonly datacenter: string
    readonly disable_update_check: true
    readonly domain: string
    readonly enable_central_service_config: true | undefined
    readonly encrypt: string | undefined
    readonly log_level: string
    readonly node_name: string
    readonly performance: {readonly raft_multiplier: number} | undefined
    readonly primary_datacenter: string
    readonly server: boolean
    readonly translate_wan_addrs: true | undefined
    readonly use_streaming_backend: false | undefined
  }

/** What an agent's configuration should be. Pure: secrets and paths are passed in. */
export function agentConfig(
  federation: Federation,
  agent: Agent,
  secrets: ConfigSecrets,
  layout: NodeLayout,
): AgentConfig {
  const datacenter = datacenterOf(federation, agent.datacenter)
  const version = datacenter.consul
  const isServer = agent.kind === 'server'
  const viaGateways = federation.via === 'mesh-gateways'
  const {logLevel, raftMultiplier, translateWanAddrs} = federation.agent
  const streamsPastGateways = supports(version, 'streaming-default') && !supports(version, 'streaming-through-gateways')
  return {
    node_name: agent.name,
    datacenter: agent.datacenter,
    primary_datacenter: federation.primary,
    domain: federation.domain,
    server: isServer,
    bootstrap_expect: isServer ? datacenter.servers.length : undefined,
    ...addressConfig(agent, version),
    translate_wan_addrs: translateWanAddrs || undefined,
    ...joinConfig(federation, datacenter, agent),
    encrypt: secrets.gossipKey,
    ...tlsConfig(federation, agent, version, layout),
    connect: isServer ? connectStanza(federation, datacenter) : undefined,
    use_streaming_backend: viaGateways && streamsPastGateways ? false : undefined,
    enable_central_service_config: supports(version, 'central-service-config-default') ? undefined : true,
    acl: aclConfig(federation, datacenter, agent, secrets),
    config_entries: isServer && datacenter.isPrimary ? bootstrapEntries(federation) : undefined,
    data_dir: layout.dataDir,
    log_level: logLevel,
    performance: isServer && raftMultiplier !== undefined ? {raft_multiplier: raftMultiplier} : undefined,
    disable_update_check: true,
  }
}

/** Gateways need Connect, also before they carry the federation: an existing datacenter gets them first and the flag afterwards. */
function connectStanza({via}: Federation, {gateways}: Datacenter): AgentConfig['connect'] {
  const viaGateways = via === 'mesh-gateways'
  if (!viaGateways && gateways.length === 0) return undefined
  return {enabled: true, enable_mesh_gateway_wan_federation: viaGateways || undefined}
}

/**
 * proxy-defaults with the mesh-gateway mode. Only the primary's leader applies bootstrap entries, and only where the entry does not
 * exist yet ("agent/consul/leader.go bootstrapConfigEntries, 1.8–1.21").
 */
function bootstrapEntries(federation: Federation): AgentConfig['config_entries'] {
  const mode = federation.meshGatewayMode
  if (mode === undefined) return undefined
  return {bootstrap: [{kind: 'proxy-defaults', name: 'global', mesh_gateway: {mode}}]}
}
