import type {Agent, Datacenter} from '../../federation/model.js'
import {parseEndpoint} from '../../federation/fields/endpoint.js'
import {datacenterOf} from '../../federation/selectors.js'
import type {Snapshot} from '../../observe/snapshot.js'
import {lanPoolAddress, sameHost} from '../addresses.js'
import {strayServers} from '../catalogue/gossip.js'
import {distinct, joined} from '../wording.js'
import {
  type Case,
  dependsOn,
  failuresOf,
  isTokenUnknownAt,
  type JudgedFinding,
  mentionsOnly,
  type Rule,
} from './rule.js'

/** Gossip with another key is noise: whoever has it never joins, and is lost where he had. The WAN ring of one server can have its own. */
export const otherGossipKey: Rule = {
  cause: 'gossip.other-key',
  title: "a datacenter or a server's WAN ring gossips with another key",
  when(about) {
    const failures = failuresOf(about, 'gossip.key')
    const [first] = failures
    if (!first) return undefined
    const found = first.finding.found ?? ''
    const alike = failures.filter(({finding}) => finding.found === found)
    const ofFirst = partOf(first, about)
    const parts = [ofFirst, ...failures.slice(1).map((failure) => partOf(failure, about))]
    const stray = parts.flatMap(({servers}) => servers)
    const followsFromWhole = dependsOn(
      parts.flatMap(({whole}) => whole),
      about,
    )
    const whose =
      ofFirst.servers.length > 0
        ? `WAN gossip of ${joined(ofFirst.servers.map(({id}) => id))}`
        : `gossip of ${joined(alike.map(({finding}) => finding.subject))}`
    return {
      explains: (finding) => finding.check === 'gossip.key' || followsFromWhole(finding) || isOf(stray, finding),
      fix: distinct(failures.flatMap(({finding}) => finding.fix ?? [])),
      title: `${whose} cannot be read by the others: ${found}`,
    }
  },
}

/** Whom a failure is about: a datacenter, or servers of it, which may stand for all of it. */
function partOf({datacenters, finding}: JudgedFinding, {model, snapshot}: Case) {
  const isOfServers = (finding.found ?? '').includes('in the WAN ring of')
  const [datacenter] = datacenters.map((name) => datacenterOf(model, name))
  const servers = isOfServers && datacenter ? strayServers({snapshot}, datacenter) : []
  const isWhole = !datacenter || servers.length === 0 || cutsOff(servers, datacenter, snapshot)
  return {servers, whole: isWhole ? datacenters : []}
}

/** What a secondary draws from the primary its leader draws; where all are apart, nobody is left. */
function cutsOff(stray: readonly Agent[], {servers}: Datacenter, snapshot: Snapshot): boolean {
  const leaders = servers.flatMap(({id}) => {
    const leader = snapshot.servers[id]?.leader
    return leader?.ok ? [parseEndpoint(leader.value)?.host ?? ''] : []
  })
  return (
    stray.length === servers.length ||
    stray.some((server) => leaders.some((leader) => sameHost(lanPoolAddress(server) ?? server.address, leader)))
  )
}

/** What one server does not reach, and what the others miss of it alone. */
function isOf(servers: readonly Agent[], finding: JudgedFinding): boolean {
  if (servers.length === 0) return false
  const {check} = finding
  const {subject} = finding.finding
  const ids = new Set(servers.map(({id}) => id))
  const names = servers.map(({datacenter, name}) => `${name}.${datacenter}`)
  return (
    isTokenUnknownAt(ids, finding) ||
    (check.startsWith('wan.') && servers.some(({id}) => subject === id || subject.startsWith(`${id} →`))) ||
    (check === 'wan.members' && mentionsOnly(finding, names))
  )
}
