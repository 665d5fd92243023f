import type {AclSettings, Agent, Datacenter, Federation} from '../federation/model.js'
import {supports} from '../versions/features.js'
import type {ConfigSecrets} from './config-secrets.js'

export type AclConfig = {
  readonly enabled: true
  readonly default_policy: AclSettings['defaultPolicy']
  readonly down_policy: AclSettings['downPolicy']
  readonly enable_token_replication: true | undefined
  readonly tokens: {
    readonly agent: string | undefined
    readonly replication: string | undefined
    /** From 1.11 on; `master` before. */
    readonly initial_management: string | undefined
    readonly master: string | undefined
  }
}

/**
 * The `acl` stanza, or undefined where ACLs are off.
 * Token persistence stays off: a persisted token wins over the file ("agent/token/persistence.go, 1.8–1.21"), so that a rendered change
 * would have no effect.
 */
export function aclConfig(
  federation: Federation,
  datacenter: Datacenter,
  agent: Agent,
  secrets: ConfigSecrets,
): AclConfig | undefined {
  const {defaultPolicy, downPolicy, enabled, tokenReplication} = federation.acl
  if (!enabled) return undefined
  const isServer = agent.kind === 'server'
  const replicates = isServer && !datacenter.isPrimary
  const initialManagement = isServer && datacenter.isPrimary ? secrets.initialManagementToken : undefined
  const hasNewName = supports(datacenter.consul, 'initial-management-name')
  return {
    enabled: true,
    default_policy: defaultPolicy,
    down_policy: downPolicy,
    enable_token_replication: (replicates && tokenReplication) || undefined,
    tokens: {
      initial_management: hasNewName ? initialManagement : undefined,
      master: hasNewName ? undefined : initialManagement,
      agent: secrets.agentToken,
      replication: replicates ? secrets.replicationToken : undefined,
    },
  }
}
