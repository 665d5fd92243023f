import type {Federation} from '../federation/model.js'
import {serversOf} from '../federation/selectors.js'
import type {MemberFacts, Snapshot} from '../observe/snapshot.js'
import {wanMembers} from './member-facts.js'

/** The WAN pool in the eyes of all servers that show it. Each of n servers is looked for in the view of each of n. */
export interface WanPools {
  /** By datacenter: its members in every view, one after another. */
  readonly byDatacenter: ReadonlyMap<string, readonly MemberFacts[]>
  /** By agent id of the server that sees them, then by name in lower case. */
  readonly byName: ReadonlyMap<string, ReadonlyMap<string, MemberFacts>>
}

/** The WAN pools of a snapshot, sorted once for all judgements. */
export function sortedWanPools(model: Federation, snapshot: Snapshot): WanPools {
  const byDatacenter = new Map<string, MemberFacts[]>()
  const byName = new Map<string, Map<string, MemberFacts>>()
  for (const server of serversOf(model)) {
    const pool = wanMembers(snapshot, server)
    if (!pool.known) continue
    const named = new Map<string, MemberFacts>()
    for (const member of pool.value) {
      const name = member.name.toLowerCase()
      if (!named.has(name)) named.set(name, member)
      const same = byDatacenter.get(member.datacenter)
      if (same) same.push(member)
      else byDatacenter.set(member.datacenter, [member])
    }
    byName.set(server.id, named)
  }
  return {byDatacenter, byName}
}
