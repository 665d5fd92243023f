import {randomUUID} from 'node:crypto'

import {tokenNames} from '../acl/names.js'
import type {Secrets} from '../federation/secrets.js'

/** Secrets of the workspace that Consul is asked about. None of them gets into a snapshot. */
export interface WorkspaceSecrets {
  gatewayToken(): string | undefined
  gossipKey(): string | undefined
  managementToken(): string | undefined
  /** Random, for the digests of gossip keys in the snapshots of one observer. */
  readonly gossipSalt: string
  replicationToken(): string | undefined
  verifierToken(): string | undefined
}

/** What the workspace holds at the time of asking: a runbook makes secrets while an observer is open. */
export function workspaceSecrets(secrets: Pick<Secrets, 'knownGossipKey' | 'knownToken'>): WorkspaceSecrets {
  return {
    gatewayToken: () => secrets.knownToken(tokenNames.gateway)?.secretId,
    gossipKey: () => secrets.knownGossipKey(),
    gossipSalt: randomUUID(),
    managementToken: () => secrets.knownToken(tokenNames.management)?.secretId,
    replicationToken: () => secrets.knownToken(tokenNames.replication)?.secretId,
    verifierToken: () => secrets.knownToken(tokenNames.verifier)?.secretId,
  }
}
