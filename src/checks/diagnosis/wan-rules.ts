import type {Datacenter, Federation} from '../../federation/model.js'
import {datacenterOf} from '../../federation/selectors.js'
import {shownEntry} from '../../observe/discover-entries.js'
import {fedctlCommand} from '../fedctl-command.js'
import {wanMembers} from '../member-facts.js'
import {distinct, joined} from '../wording.js'
import {type Case, dependsOn, failuresOf, findsNoPath, isTokenUnknownIn, type JudgedFinding, type Rule} from './rule.js'

/** A server whose WAN pool has nobody of a datacenter answers `No path to datacenter`: one of the two has not joined, or was lost. */
export const nobodyInPool: Rule = {
  cause: 'wan.nobody-in-pool',
  title: 'a datacenter has not joined the WAN pool, or the pool has lost it',
  when(about) {
    const gaps = gapsIn(about)
    if (gaps.length === 0) return undefined
    const outside = outsideOf(about.model, gaps)
    const lines = gaps.map(({from, to}) => `nobody of ${to} in the pool of ${from}`)
    return {
      explains: dependsOn(outside, about),
      fix: outside.flatMap((name) => fixFor(about.model, name)),
      title: `${joined(outside)} ${outside.length === 1 ? 'is' : 'are'} not in one WAN pool with the others: ${joined(distinct(lines))}`,
    }
  },
}

/** Everything is there and calls fail: a way through gateways that nobody sees, or time. */
export const callsFail: Rule = {
  cause: 'wan.calls-fail',
  title: 'calls between datacenters fail although gateways and members look well',
  when(about) {
    const failures = failuresOf(about, 'wan.rpc')
    const [first] = failures
    if (!first) return undefined
    const ways = distinct(failures.map(wayOf))
    const {model} = about
    const oneWay = ways.length === 1 ? targetOf(first) : undefined
    const throughGateways = [
      fedctlCommand('verify', {wait: '5m'}),
      ...(oneWay ? [`compare the WAN addresses of ${oneWay}: ${fedctlCommand('gateway list', {dc: oneWay})}`] : []),
      `if it stays: restart the gateways of ${joined(distinct(ways.map((way) => way.split(' ')[0] ?? '')))}, then look at their logs`,
    ]
    const direct = [`see whether servers reach one another at port 8300: ${joined(ways)}`]
    return {
      explains: dependsOn(distinct(failures.flatMap(({datacenters}) => datacenters)), about),
      fix: model.via === 'mesh-gateways' ? throughGateways : direct,
      title: `calls ${joined(ways)} fail${oneWay ? ', in this direction only' : ''}: ${first.finding.found ?? 'no answer'}`,
    }
  },
}

export const replicationFails: Rule = {
  cause: 'acl.replication',
  title: 'a secondary does not replicate ACLs',
  when(about) {
    const failures = failuresOf(about, 'acl.replication')
    const [first] = failures
    if (!first) return undefined
    const names = failures.flatMap(({datacenters}) => datacenters)
    return {
      explains: (finding) => isTokenUnknownIn(names, finding) || usesToken(finding, names),
      fix: first.finding.fix ?? [],
      title: `${joined(failures.map(({finding}) => finding.subject))} does not replicate ACLs: ${first.finding.found ?? 'no success yet'}`,
    }
  },
}

interface Gap {
  readonly from: string
  readonly to: string
}

/** Pairs of datacenters of which the servers of the first see nobody of the second alive. */
function gapsIn(about: Case): Gap[] {
  const {datacenters} = about.model
  const [withoutPath, withoutMembers] = [waysWithoutPath(about), waysWithoutMembers(about)]
  const pairs = datacenters.flatMap((from) => datacenters.filter((to) => to !== from).map((to) => ({from, to})))
  return pairs
    .filter(({from, to}) => {
      const way = `${from.name} → ${to.name}`
      return withoutPath.has(way) || (withoutMembers.has(way) && seesNobody(about, from, to))
    })
    .map(({from, to}) => ({from: from.name, to: to.name}))
}

function waysWithoutPath(about: Case): Set<string> {
  const failures = failuresOf(about, 'wan.rpc')
  return new Set(failures.filter(findsNoPath).map(wayOf))
}

function waysWithoutMembers(about: Case): Set<string> {
  return new Set(failuresOf(about, 'wan.members').map(wayOf))
}

function seesNobody(about: Case, from: Datacenter, to: Datacenter): boolean {
  const pools = from.servers.flatMap((server) => {
    const members = wanMembers(about.snapshot, server)
    return members.known ? [members.value] : []
  })
  const isThere = ({name, status}: (typeof pools)[number][number]) => status === 'alive' && name.endsWith(`.${to.name}`)
  return pools.length > 0 && !pools.some((pool) => pool.some(isThere))
}

/** Secondaries join the primary, so a gap between it and one of them is that one's; between secondaries it is that of the unseen one. */
function outsideOf({primary}: Federation, gaps: readonly Gap[]): string[] {
  const withPrimary = gaps.filter(({from, to}) => from === primary || to === primary)
  const named = withPrimary.length > 0 ? withPrimary : gaps
  return distinct(named.map(({from, to}) => (to === primary ? from : to)))
}

function fixFor(model: Federation, name: string): string[] {
  const {primaryGateways} = datacenterOf(model, name)
  const reason = `see in the log of a server of ${name} why it does not join: another gossip key ("EOF", "could not decrypt"), a certificate, or the name of its node`
  const keys = model.gossip.encryption
    ? [`compare the gossip keys: ${fedctlCommand('verify', {only: 'gossip.key'})}`]
    : []
  if (model.via === 'wan-gossip') {
    return [
      `see whether the servers of ${name} and the others reach one another at 8302 (TCP and UDP) and 8300`,
      reason,
      ...keys,
    ]
  }
  const entries = joined(primaryGateways.map(shownEntry))
  return [
    `compare the configuration of the servers of ${name} with what this writes: ${fedctlCommand('config render', {dc: name})}; primary_gateways has to be ${entries}, with ports`,
    reason,
    ...keys,
  ]
}

/** The replication token also publishes federation states, has the intermediate certificate signed and brings config entries. */
function usesToken({check, datacenters}: JudgedFinding, names: readonly string[]): boolean {
  return (
    /^(?:acl\.(?:gateway-token|replication)|(?:ca|entries|state)\..*)$/.test(check) &&
    datacenters.some((name) => names.includes(name))
  )
}

/** `dc1 → dc2` of `dc1/dc1-s1 → dc2`. */
function wayOf({finding}: JudgedFinding): string {
  return finding.subject.replace(/\/\S+/, '')
}

function targetOf({finding}: JudgedFinding): string {
  return finding.subject.split(' → ')[1] ?? ''
}
