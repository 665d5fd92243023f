import {dropUndefined} from '../observe/drop-undefined.js'
import type {CatalogServer, Explored, WanServer} from './explored.js'

/** A server of the federation, as catalogs and the WAN pool together show it. */
export interface FoundServer {
  /** LAN address; the WAN address where no catalog tells. */
  readonly address: string
  readonly datacenter: string
  /** `<datacenter>/<name>`. */
  readonly id: string
  readonly name: string
  /** Port of RPC. */
  readonly port?: number
  /** In the WAN pool, where it is there. */
  readonly status?: WanServer['status']
  /** Empty where nobody says. */
  readonly version: string
  readonly wanAddress?: string
  readonly wanPort?: number
}

/** The servers of a datacenter in the order of their names. */
export function foundServers(explored: Pick<Explored, 'catalog' | 'wanMembers'>, datacenter: string): FoundServer[] {
  const answer = explored.catalog[datacenter]
  const catalog = new Map(answer?.ok ? answer.value.map((server) => [server.name.toLowerCase(), server]) : [])
  const pool = new Map(
    explored.wanMembers
      .filter((member) => member.datacenter === datacenter)
      .map((member) => [member.name.toLowerCase(), member]),
  )
  const keys = [...new Set([...catalog.keys(), ...pool.keys()])].sort((a, b) =>
    a.localeCompare(b, 'en', {numeric: true}),
  )
  return keys.flatMap((key) => merged(datacenter, catalog.get(key), pool.get(key)))
}

/** The catalog knows the LAN address, the pool how things stand now. */
function merged(
  datacenter: string,
  inCatalog: CatalogServer | undefined,
  inPool: WanServer | undefined,
): FoundServer[] {
  const either = inCatalog ?? inPool
  if (!either) return []
  return [
    dropUndefined<FoundServer>({
      address: either.address,
      datacenter,
      id: `${datacenter}/${either.name}`,
      name: either.name,
      port: inPool?.port ?? inCatalog?.port,
      status: inPool?.status,
      version: inPool?.version || either.version,
      wanAddress: inPool?.address ?? inCatalog?.wanAddress,
      wanPort: inPool?.wanPort,
    }),
  ]
}
