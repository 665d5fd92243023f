import {createHmac} from 'node:crypto'

import {localKeyring} from '../consul/api.js'
import type {Keyring} from '../consul/types.js'
import type {Question} from './questioner.js'
import type {GossipKeyFacts} from './snapshot.js'
import {gossipKeysSchema} from './snapshot-schema.js'
import type {WorkspaceSecrets} from './workspace-secrets.js'

/** A digest that tells keys of one snapshot apart and says nothing about them. `salt` is random, and thrown away. */
export function gossipKeyDigest(key: string, salt: string): string {
  return createHmac('sha256', salt).update(key).digest('hex').slice(0, 12)
}

/**
 * The keys in the LAN keyring of the agent's datacenter. A start puts the same key into the WAN keyring (Consul agent/keyring.go, 1.8–1.21).
 * Needs `keyring:read`, so the workspace's management token stands in for its verifier's, which has no such right.
 */
export function gossipKeysQuestion(secrets: WorkspaceSecrets): Question<Keyring[], GossipKeyFacts> {
  const salt = secrets.gossipSalt
  return {
    observation: 'gossip-keys',
    put(client, call) {
      const isVerifier = client.access.token === secrets.verifierToken()
      const token = isVerifier ? secrets.managementToken() : undefined
      return localKeyring(client, token === undefined ? call : {...call, token})
    },
    read(rings) {
      const digests = (keys: (ring: Keyring) => Record<string, number> | null | undefined) => [
        ...new Set(rings.flatMap((ring) => Object.keys(keys(ring) ?? {})).map((key) => gossipKeyDigest(key, salt))),
      ]
      return {installed: digests(({Keys}) => Keys), primary: digests(({PrimaryKeys}) => PrimaryKeys)}
    },
    schema: gossipKeysSchema,
  }
}
