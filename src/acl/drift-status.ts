import {FedctlError} from '../errors/fedctl-error.js'
import type {Federation} from '../federation/model.js'
import {desiredPolicies, desiredTokens, type TokenSpec} from './desired.js'
import {type Drift, hasAnonymousPolicy, hasOtherSecret, policyDrift, tokenDrift} from './drift.js'
import {type KnownTokens, observeAcl, type ObservedAcl} from './observed.js'
import {type AclServer, onFirstReachable} from './servers.js'

/** `ok`: as the file says. `other-secret`: Consul has it with another secret than the workspace. `unread`: could not be compared. */
export type DriftState = 'different' | 'missing' | 'ok' | 'other-secret' | 'unread'

/** How the primary's ACLs differ from the federation file. */
export interface AclDrift {
  readonly anonymous: DriftState
  readonly policies: readonly {readonly name: string; readonly state: DriftState}[]
  readonly tokens: readonly {readonly accessorId: string | null; readonly name: string; readonly state: DriftState}[]
  /** Why nothing could be compared. */
  readonly unreadBecause: string | null
}

export interface DriftOptions {
  readonly federation: Federation
  readonly secrets: KnownTokens
  /** The primary's. */
  readonly servers: readonly AclServer[]
  readonly signal?: AbortSignal
}

/**
 * Compares the primary with the federation file. What Consul refuses to a token of the workspace is part of the answer.
 * @throws FedctlError `consul.refused` where the operator supplied the token.
 */
export async function readDrift(options: DriftOptions): Promise<AclDrift> {
  const {federation, secrets, servers, signal} = options
  try {
    const read = (client: AclServer['client']) => observeAcl(client, federation, secrets, signal)
    return driftOf(federation, secrets, await onFirstReachable(servers, read, signal))
  } catch (error) {
    if (!(error instanceof FedctlError) || error.code === 'cancelled') throw error
    if (error.code === 'consul.refused' && isSupplied(options)) throw error
    return unread(federation, secrets, error.message)
  }
}

/** The answer where nothing can be compared. */
export function unread(federation: Federation, secrets: KnownTokens, because: string): AclDrift {
  return {
    anonymous: 'unread',
    policies: desiredPolicies(federation).map(({name}) => ({name, state: 'unread'})),
    tokens: desiredTokens(federation).map((token) => tokenState(token, secrets, () => 'unread')),
    unreadBecause: because,
  }
}

function driftOf(federation: Federation, secrets: KnownTokens, observed: ObservedAcl): AclDrift {
  const wantsAnonymous = federation.acl.anonymous === 'read'
  return {
    anonymous: hasAnonymousPolicy(observed.anonymous) === wantsAnonymous ? 'ok' : 'different',
    policies: desiredPolicies(federation).map((policy) => {
      const found = observed.policies.find(({Name}) => Name.toLowerCase() === policy.name)
      return {name: policy.name, state: named(policyDrift(policy, found))}
    }),
    tokens: desiredTokens(federation).map((token) =>
      tokenState(token, secrets, (accessorId) => {
        const secret = secrets.knownToken(token.name)
        const found = observed.tokens.find(({AccessorID}) => AccessorID === accessorId)
        return found && secret && hasOtherSecret(found, secret) ? 'other-secret' : named(tokenDrift(token, found))
      }),
    ),
    unreadBecause: null,
  }
}

function tokenState({name}: TokenSpec, secrets: KnownTokens, judge: (accessorId: string | undefined) => DriftState) {
  const accessorId = secrets.knownToken(name)?.accessorId
  return {accessorId: accessorId ?? null, name, state: judge(accessorId)}
}

function named(drift: Drift): DriftState {
  return drift === 'none' ? 'ok' : drift
}

/** Whether the clients send a token that is not the workspace's. */
function isSupplied({secrets, servers}: DriftOptions): boolean {
  const own = new Set(['management', 'verifier'].map((name) => secrets.knownToken(name)?.secretId))
  return servers.some(({client}) => client.access.token !== undefined && !own.has(client.access.token))
}
