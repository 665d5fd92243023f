import {createHash} from 'node:crypto'

import {configEntries, intentions} from '../consul/api.js'
import type {ConfigEntry, Intention} from '../consul/types.js'
import {copiedKinds} from '../versions/copied-kinds.js'
import {supports} from '../versions/features.js'
import {dropUndefined} from './drop-undefined.js'
import type {Question} from './questioner.js'
import type {ConfigEntryDigest, ConfigEntryFacts} from './config-entry-facts.js'
import {configEntriesSchema} from './snapshot-schema.js'

/**
 * Kinds that secondaries copy. `exported-services` are not copied, `bound-api-gateway` is computed in each datacenter, and the open-source Consul has
 * neither `sameness-group` nor `control-plane-request-limit`, whose name alone is an error there (tried with 1.15.10 and 1.22.0).
 */
/** What differs between datacenters although the entry says the same. */
const ownToDatacenter =
  /^(?:CreateIndex|CreatedAt|Hash|ID|LegacyCreateTime|LegacyID|LegacyUpdateTime|ModifyIndex|Precedence|Status|UpdatedAt)$/

/** Config entries and intentions of the agent's datacenter. A kind that this version does not know is not asked for: that would leave an error in its log. */
export function configEntriesQuestion(
  version: string,
): Question<{entries: ConfigEntry[]; intentions: Intention[]}, ConfigEntryFacts> {
  const asEntries = supports(version, 'intention-entries')
  const kinds = copiedKinds(version)
  return {
    observation: 'config-entries',
    async put(client, call) {
      const [entries, legacy] = await Promise.all([
        Promise.all(kinds.map((kind) => configEntries(client, kind, call))),
        asEntries ? [] : intentions(client, call),
      ])
      return {entries: entries.flat(), intentions: legacy}
    },
    read({entries, intentions: legacy}) {
      const defaults = entries.find(({Kind, Name}) => Kind === 'proxy-defaults' && Name === 'global')
      return dropUndefined<ConfigEntryFacts>({
        entries: [...entries.map(digestOf), ...legacy.map(digestOfIntention)],
        meshGatewayMode: defaults && (defaults.MeshGateway?.Mode ?? ''),
      })
    },
    schema: configEntriesSchema,
  }
}

/** Nothing else is kept of an entry, since an `inline-certificate` holds a private key. */
function digestOf(entry: ConfigEntry): ConfigEntryDigest {
  return {digest: contentDigest(entry), kind: entry.Kind, name: entry.Name}
}

/** Under the kind that intentions have since 1.9. */
function digestOfIntention(intention: Intention): ConfigEntryDigest {
  const name = `${intention.SourceName} → ${intention.DestinationName}`
  return {digest: contentDigest(intention), kind: 'service-intentions', name}
}

/** The same for two entries, or intentions, that say the same, whatever their indexes and times. */
export function contentDigest(content: object): string {
  return createHash('sha256')
    .update(JSON.stringify(canonical(content)) ?? '')
    .digest('hex')
    .slice(0, 16)
}

/** Without what is empty, since versions differ in whether they write it, and with keys in order. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => canonical(item))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value)
    .filter(([key]) => !ownToDatacenter.test(key))
    .map(([key, item]) => [key, canonical(item)] as const)
    .filter(([, item]) => !isEmpty(item))
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries)
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === '' || value === false || value === 0) return true
  return typeof value === 'object' && Object.keys(value).length === 0
}
