import {createHmac} from 'node:crypto'

import {allKeyrings, localKeyring} from '../consul/api.js'
import type {Keyring} from '../consul/types.js'
import type {Question} from './questioner.js'
import type {GossipKeyFacts} from './gossip-key-facts.js'
import {gossipKeysSchema} from './snapshot-schema.js'
import type {WorkspaceSecrets} from './workspace-secrets.js'

/** A digest that tells keys of one snapshot apart and says nothing about them. `salt` is random, and thrown away. */
export function gossipKeyDigest(key: string, salt: string): string {
  return createHmac('sha256', salt).update(key).digest('hex').slice(0, 12)
}

/** The keys in the LAN keyring of the agent's datacenter. */
export function gossipKeysQuestion(secrets: WorkspaceSecrets): Question<Keyring[], GossipKeyFacts> {
  return ringQuestion(secrets, localKeyring, (ring) => !ring.WAN)
}

/**
 * The keys in the WAN keyring, which a start with `encrypt` fills with the same key (Consul agent/keyring.go, 1.8–1.21), and a keyring that was there
 * before does not. Servers that gossip with another key do not hear the question, so each server tells of its own.
 */
export function wanGossipKeysQuestion(secrets: WorkspaceSecrets): Question<Keyring[], GossipKeyFacts> {
  return ringQuestion(secrets, allKeyrings, (ring) => ring.WAN)
}

/** Needs `keyring:read`, so the workspace's management token stands in for its verifier's, which has no such right. */
function ringQuestion(
  secrets: WorkspaceSecrets,
  list: typeof localKeyring,
  isMeant: (ring: Keyring) => boolean,
): Question<Keyring[], GossipKeyFacts> {
  const salt = secrets.gossipSalt
  return {
    observation: 'gossip-keys',
    put(client, call) {
      const isVerifier = client.access.token === secrets.verifierToken()
      const token = isVerifier ? secrets.managementToken() : undefined
      return list(client, token === undefined ? call : {...call, token})
    },
    read(rings) {
      const meant = rings.filter(isMeant)
      const digests = (keys: (ring: Keyring) => Record<string, number> | null | undefined) => [
        ...new Set(meant.flatMap((ring) => Object.keys(keys(ring) ?? {})).map((key) => gossipKeyDigest(key, salt))),
      ]
      return {installed: digests(({Keys}) => Keys), primary: digests(({PrimaryKeys}) => PrimaryKeys)}
    },
    schema: gossipKeysSchema,
  }
}
