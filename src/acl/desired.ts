import type {Agent, Federation} from '../federation/model.js'
import {agentsOf, gatewaysOf} from '../federation/selectors.js'
import {policyNames, tokenNames} from './names.js'
import {type Rule, rulesText} from './rules.js'

/** A policy as it should be. Its id is Consul's choice. */
export interface PolicySpec {
  readonly description: string
  readonly name: string
  /** HCL. */
  readonly rules: string
}

/** A token as it should be: global, with exactly these policies. Accessor and secret are in `Secrets` under `name`. */
export interface TokenSpec {
  readonly description: string
  readonly name: string
  /** Names of policies. */
  readonly policies: readonly string[]
}

const readAll = (resource: 'agent_prefix' | 'node_prefix' | 'service_prefix'): Rule => ({
  name: '',
  policy: 'read',
  resource,
})

/**
 * The policies of a federation, none where its ACLs are off. Written in the primary; Consul replicates them.
 * There is one policy per node, since node identities came with 1.8.1.
 */
export function desiredPolicies(federation: Federation): PolicySpec[] {
  if (!federation.acl.enabled) return []
  return [
    policy(
      policyNames.replication,
      'fedctl: servers of secondary datacenters copy ACLs and config entries, publish their gateways and have their Connect CA signed',
      replicationRules,
    ),
    policy(policyNames.verifier, 'fedctl: verification reads the state of the federation', verifierRules),
    ...(hasGateways(federation)
      ? [policy(policyNames.gateway, 'fedctl: mesh gateways register and route', gatewayRules(federation))]
      : []),
    ...(federation.acl.anonymous === 'read'
      ? [policy(policyNames.anonymous, 'fedctl: requests without a token read nodes and services', anonymousRules)]
      : []),
    ...allAgents(federation).map((agent) =>
      policy(policyNames.agent(agent), `fedctl: agent ${agent.name} in ${agent.datacenter}`, agentRules(agent)),
    ),
  ]
}

/**
 * The tokens of a federation, none where its ACLs are off. All are global: a gateway asks other datacenters with its own token,
 * and a local one is unknown there (Consul agent/proxycfg, 1.8–1.21). The anonymous token is Consul's own and not among them.
 */
export function desiredTokens(federation: Federation): TokenSpec[] {
  if (!federation.acl.enabled) return []
  return [
    token(tokenNames.replication, 'fedctl: replication to secondary datacenters', policyNames.replication),
    token(tokenNames.verifier, 'fedctl: verification', policyNames.verifier),
    ...(hasGateways(federation) ? [token(tokenNames.gateway, 'fedctl: mesh gateways', policyNames.gateway)] : []),
    ...allAgents(federation).map((agent) =>
      token(tokenNames.agent(agent), `fedctl: agent ${agent.name} in ${agent.datacenter}`, policyNames.agent(agent)),
    ),
  ]
}

/**
 * What replication needs: `acl:write` for unredacted tokens, `operator:write` for federation states and the Connect CA,
 * reading services and intentions for config entries (Consul agent/consul/acl_replication.go, federation_state_endpoint.go,
 * connect_ca_endpoint.go, 1.8–1.21).
 */
const replicationRules: readonly Rule[] = [
  {policy: 'write', resource: 'acl'},
  {policy: 'write', resource: 'operator'},
  {intentions: 'read', name: '', policy: 'read', resource: 'service_prefix'},
]

/** `acl:read` for `fedctl acl status` where there is no management token; verification does without. Never `keyring`: it shows the gossip keys. */
const verifierRules: readonly Rule[] = [
  {policy: 'read', resource: 'acl'},
  {policy: 'read', resource: 'operator'},
  readAll('agent_prefix'),
  readAll('node_prefix'),
  readAll('service_prefix'),
]

const anonymousRules: readonly Rule[] = [readAll('node_prefix'), readAll('service_prefix')]

/**
 * The same for every version. `mesh` and `peering`, which newer documentation adds, are for cluster peering: federation asks
 * only for `service:write` on the gateway's own name (Consul agent/xds, agent/proxycfg/mesh_gateway.go, 1.8–1.21), and 1.8–1.10
 * do not know them. `agent:read` lets `consul connect envoy` find the gRPC port.
 */
function gatewayRules(federation: Federation): Rule[] {
  const services = [...new Set(gatewaysOf(federation).map((gateway) => gateway.service))].sort()
  return [
    ...services.map((name): Rule => ({name, policy: 'write', resource: 'service'})),
    readAll('agent_prefix'),
    readAll('node_prefix'),
    readAll('service_prefix'),
  ]
}

/** What a node identity would grant. */
function agentRules(agent: Agent): Rule[] {
  return [{name: agent.name, policy: 'write', resource: 'node'}, readAll('service_prefix')]
}

function policy(name: string, description: string, rules: readonly Rule[]): PolicySpec {
  return {description, name, rules: rulesText(rules)}
}

function token(name: string, description: string, policyName: string): TokenSpec {
  return {description, name, policies: [policyName]}
}

function hasGateways(federation: Federation): boolean {
  return gatewaysOf(federation).length > 0
}

function allAgents(federation: Federation): Agent[] {
  return federation.datacenters.flatMap(agentsOf)
}
