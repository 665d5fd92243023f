import type {Agent, Datacenter} from '../federation/model.js'
import type {AgentFacts, MemberFacts, ServerView, Snapshot} from '../observe/snapshot.js'
import {fact, firstKnown, type Known, known, unknown} from './answers.js'
import {leftOut} from './single-names.js'

/** What `/v1/agent/self` of that server says. */
export function agentFacts(snapshot: Snapshot, server: Agent): Known<AgentFacts> {
  return known(snapshot.servers[server.id]?.agent, 'agent:read')
}

/** The LAN pool of a datacenter as that server sees it. */
function lanMembers(snapshot: Snapshot, server: Agent): Known<readonly MemberFacts[]> {
  return members(snapshot.servers[server.id], 'lan-members')
}

/** The WAN pool as that server sees it. */
export function wanMembers(snapshot: Snapshot, server: Agent): Known<readonly MemberFacts[]> {
  return members(snapshot.servers[server.id], 'wan-members')
}

/** Everyone that any server of the datacenter sees in its LAN pool and that has not left; one entry for each name and address. */
export function lanPool(snapshot: Snapshot, datacenter: Pick<Datacenter, 'servers'>): Known<readonly MemberFacts[]> {
  const views = datacenter.servers.map((server) => lanMembers(snapshot, server))
  if (!views.some((view) => view.known)) return firstKnown(views)
  const seen = views.flatMap((view) => (view.known ? view.value : [])).filter(({status}) => status !== 'left')
  return fact([...new Map(seen.map((member) => [`${member.name} ${member.address}`, member])).values()])
}

/** The servers among the members of a pool. */
export function serversIn(members: readonly MemberFacts[]): MemberFacts[] {
  return members.filter(({role}) => role === 'consul')
}

/**
 * Consul leaves members out that the token may not read. What is left is no pool to judge: who is missing may be there. An agent sees itself at
 * least, so an empty pool is such an answer too.
 */
function members(view: ServerView | undefined, pool: 'lan-members' | 'wan-members'): Known<readonly MemberFacts[]> {
  const answer = known(pool === 'lan-members' ? view?.lanMembers : view?.wanMembers, 'node:read')
  if (!answer.known) return answer
  const hidden = view?.hidden?.[pool] ?? []
  if (hidden.length > 0) return unknown(leftOut(hidden, 'members'))
  const isCut =
    view?.filtered?.includes(pool) || (view?.permissions?.ok ? !view.permissions.value.node : isRefused(view))
  if (isCut && answer.value.length > 0) return unknown(leftOut(['node:read'], 'members'))
  return answer.value.length > 0 ? answer : unknown('the token lacks node:read (the list of members is empty)')
}

/** Without an answer about its rights, since the federation file has ACLs off: a server that refuses its settings has them on. */
function isRefused(view: ServerView | undefined): boolean {
  return view?.agent?.ok === false && view.agent.failure.kind === 'forbidden'
}
