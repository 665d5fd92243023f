import {createHash} from 'node:crypto'

import type {Agent} from '../federation/model.js'

/** Names of tokens as `Secrets` keeps them. They are also file names under `.fedctl/tokens/`. */
export const tokenNames = {
  gateway: 'gateway',
  management: 'management',
  replication: 'replication',
  verifier: 'verifier',
  agent: ({datacenter, name}: Pick<Agent, 'datacenter' | 'name'>) => `agent/${datacenter}/${name}`,
} as const

/** Names of the policies that fedctl makes. Policies are found again by these names. */
export const policyNames = {
  anonymous: 'fedctl-anonymous',
  gateway: 'fedctl-gateway',
  replication: 'fedctl-replication',
  verifier: 'fedctl-verifier',
  agent: agentPolicyName,
} as const

const longestPolicyName = 128
const plain = /^[a-z0-9-]+$/

/**
 * The name of an agent's policy, `fedctl-agent-<datacenter>_<node>`; no two agents of a federation share one.
 * Consul allows letters, digits, `-` and `_`, at most 128 of them, and takes names that differ only in case as the same
 * (Consul agent/structs/acl.go and agent/consul/state/acl.go, 1.8–1.21), so the name is in lower case,
 * and a datacenter or node that has other characters is told apart by a hash.
 */
function agentPolicyName({datacenter, name}: Pick<Agent, 'datacenter' | 'name'>): string {
  const parts = [datacenter, name].map((part) => part.toLowerCase())
  const readable = `fedctl-agent-${parts.join('_')}`
  if (parts.every((part) => plain.test(part)) && readable.length <= longestPolicyName) return readable
  const hash = createHash('sha256').update(parts.join('/')).digest('hex').slice(0, 12)
  const allowed = `fedctl-agent-${parts.map((part) => part.replaceAll(/[^a-z0-9-]/g, '-')).join('_')}`
  return `${allowed.slice(0, longestPolicyName - hash.length - 1)}_${hash}`
}
