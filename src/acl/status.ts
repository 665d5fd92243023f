import {RequestError} from '../consul/request-error.js'
import {FedctlError} from '../errors/fedctl-error.js'
import type {Datacenter, Federation} from '../federation/model.js'
import type {Secrets} from '../federation/secrets.js'
import {agentsOf, serversOf} from '../federation/selectors.js'
import type {Ports} from '../system/ports.js'
import {desiredTokens} from './desired.js'
import {type AclDrift, type DriftState, readDrift, unread} from './drift-status.js'
import {tokenNames} from './names.js'
import {type ReplicationStatus, replicationStatus} from './replication-status.js'
import {type ProbedToken, probeServer, type ServerProbe} from './server-probe.js'
import {type AclServer, withServers} from './servers.js'

/** What there is of a federation's ACLs. JSON as it stands; holds no secrets. */
export interface AclStatus {
  /** Whether the anonymous token is what the file says. */
  readonly anonymous: DriftState
  readonly datacenters: readonly DatacenterAcl[]
  /** Whether the federation file has ACLs on. Where it has not, nothing is asked. */
  readonly enabled: boolean
  readonly policies: readonly {readonly name: string; readonly state: DriftState}[]
  readonly schemaVersion: 1
  readonly tokens: readonly TokenStatus[]
  /** Why policies and tokens could not be compared with the file, or null. */
  readonly unreadBecause: string | null
}

export interface DatacenterAcl {
  /** `yes` where a token is known there; `unknown` where none is and Consul does not say (1.8 never does). */
  readonly bootstrapped: 'no' | 'unknown' | 'yes'
  /** Whether every server that answers has ACLs on; null where none answers. */
  readonly enabled: boolean | null
  readonly name: string
  /** Null in the primary, and where the secondary does not say. */
  readonly replication: ReplicationStatus | null
  readonly servers: readonly Pick<ServerProbe, 'id' | 'reason' | 'state'>[]
}

export interface TokenStatus {
  readonly accessorId: string | null
  /** Ids of the servers that know it by themselves. An agent's token is asked for in its own datacenter. */
  readonly knownBy: readonly string[]
  readonly name: string
  readonly state: DriftState
  readonly unknownTo: readonly string[]
}

export interface StatusOptions {
  readonly federation: Federation
  readonly secrets: Secrets
  /** Servers of all datacenters. */
  readonly servers: readonly AclServer[]
  readonly signal?: AbortSignal
}

/** Opens the servers of the federation and returns its ACL status. @throws as `aclStatus`. */
export async function readAclStatus(
  federation: Federation,
  secrets: Secrets,
  {env, signal}: Pick<Ports, 'env' | 'signal'>,
): Promise<AclStatus> {
  const credentials = {env, roles: ['management', 'verifier'] as const, secrets}
  return withServers(federation.acl.enabled ? serversOf(federation) : [], credentials, (servers) =>
    aclStatus({federation, secrets, servers, signal}),
  )
}

/**
 * Asks every server what it knows, and the primary how its policies and tokens differ from the file. A server that does not answer is
 * part of the answer.
 * @throws FedctlError `consul.unreachable` where no server answers at all, `consul.refused` where the operator supplied a token that
 * Consul does not know or that may not read ACLs.
 */
export async function aclStatus(options: StatusOptions): Promise<AclStatus> {
  const {federation, secrets, servers, signal} = options
  if (!federation.acl.enabled) return statusWithoutAcl
  const probes = await Promise.all(
    servers.map((server) => probeServer(server, tokensToProbe(options, server.datacenter), signal)),
  )
  requireAnAnswer(probes)
  const drift = await primaryDrift(options, probes)
  const datacenters = await Promise.all(
    federation.datacenters.map((datacenter) => datacenterAcl(datacenter, probes, drift, options)),
  )
  const tokens = [...managementToken(secrets, probes), ...drift.tokens]
  return {
    ...drift,
    datacenters,
    enabled: true,
    schemaVersion: 1,
    tokens: tokens.map((token) => ({
      ...token,
      knownBy: probes.filter(({known}) => known.includes(token.name)).map(({id}) => id),
      unknownTo: probes.filter(({unknown}) => unknown.includes(token.name)).map(({id}) => id),
    })),
  }
}

const statusWithoutAcl: AclStatus = {
  anonymous: 'unread',
  datacenters: [],
  enabled: false,
  policies: [],
  schemaVersion: 1,
  tokens: [],
  unreadBecause: 'ACLs are off in the federation file',
}

/** Every token that the workspace knows; an agent's only in the datacenter of that agent. */
function tokensToProbe({federation, secrets}: StatusOptions, datacenter: string): ProbedToken[] {
  const names = [tokenNames.management, ...desiredTokens(federation).map(({name}) => name)]
  const elsewhere = new Set(
    federation.datacenters
      .filter(({name}) => name !== datacenter)
      .flatMap((other) => agentsOf(other).map(tokenNames.agent)),
  )
  return names.flatMap((name) => {
    const secret = elsewhere.has(name) ? undefined : secrets.knownToken(name)
    return secret ? [{name, secretId: secret.secretId}] : []
  })
}

async function primaryDrift(
  {federation, secrets, servers, signal}: StatusOptions,
  probes: readonly ServerProbe[],
): Promise<AclDrift> {
  const ofPrimary = probes.filter(({datacenter}) => datacenter === federation.primary)
  const usable = new Set(ofPrimary.filter(({state}) => state === 'on').map(({id}) => id))
  if (usable.size === 0) {
    const reasons = ofPrimary.map(({id, reason = ''}) => `${id}: ${reason}`)
    return unread(federation, secrets, reasons.join('; ') || `${federation.primary} has no servers`)
  }
  const usableServers = servers.filter(({id}) => usable.has(id))
  return readDrift({federation, secrets, servers: usableServers, ...(signal ? {signal} : {})})
}

async function datacenterAcl(
  {isPrimary, name}: Datacenter,
  allProbes: readonly ServerProbe[],
  drift: AclDrift,
  {servers, signal}: StatusOptions,
): Promise<DatacenterAcl> {
  const probes = allProbes.filter(({datacenter}) => datacenter === name)
  const answering = probes.filter(({state}) => state !== 'no-answer')
  const asked = servers.find(({id}) => id === answering[0]?.id)
  return {
    bootstrapped: bootstrapped(probes, isPrimary && drift.unreadBecause === null),
    enabled: answering.length === 0 ? null : answering.every(({state}) => state !== 'off'),
    name,
    replication: isPrimary || !asked ? null : await replicationIfAnswered(asked, signal),
    servers: probes.map(({id, reason, state}) => ({id, state, ...(reason === undefined ? {} : {reason})})),
  }
}

function bootstrapped(probes: readonly ServerProbe[], tokenWorked: boolean): DatacenterAcl['bootstrapped'] {
  if (tokenWorked || probes.some(({known}) => known.length > 0)) return 'yes'
  return probes.some(({state}) => state === 'unbootstrapped') ? 'no' : 'unknown'
}

async function replicationIfAnswered(server: AclServer, signal: AbortSignal | undefined) {
  try {
    return await replicationStatus(server.client, signal)
  } catch (error) {
    if (error instanceof RequestError) return null
    throw error
  }
}

/** The management token is in no plan: Consul has it, or the workspace's one is worth nothing. */
function managementToken(secrets: Secrets, probes: readonly ServerProbe[]): AclDrift['tokens'] {
  const name = tokenNames.management
  const accessorId = secrets.knownToken(name)?.accessorId
  if (accessorId === undefined) return []
  return [{accessorId, name, state: probes.some(({known}) => known.includes(name)) ? 'ok' : 'missing'}]
}

function requireAnAnswer(probes: readonly ServerProbe[]): void {
  if (probes.some(({state}) => state !== 'no-answer')) return
  const reasons = probes.map(({reason = ''}) => reason).join('; ')
  throw new FedctlError('consul.unreachable', `no server of the federation answers: ${reasons}`, {
    suggestions: ['see whether the agents run, and whether api in the federation file is right'],
  })
}
