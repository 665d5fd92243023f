import {canonicalAddress} from '../../federation/fields/address.js'
import type {Agent, Datacenter, Federation} from '../../federation/model.js'
import type {MemberFacts} from '../../observe/snapshot.js'
import {compareVersions} from '../../versions/version.js'
import {lanPoolAddress} from '../addresses.js'
import {given} from '../answers.js'
import {aboutDatacenters, aboutServers, defineCheck, type Seen, type SeenSorted} from '../define-check.js'
import {agentFacts, lanPool, serversIn} from '../member-facts.js'
import {broken, holds, unanswered, type Verdict} from '../verdict.js'
import {joined} from '../wording.js'

/** What an agent warns about since 1.21.2: other names are not valid in a certificate (agent/config/builder.go). */
const certificateLabel = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

/** Where the connection pool tells datacenters apart (GH-19503). */
const overlapFixed = ['1.15.8', '1.16.4', '1.17.1'] as const

export const namesChecks = [
  aboutDatacenters({
    id: 'names.datacenter',
    observes: ['agent', 'lan-members', 'wan-members'],
    preflight: 'also',
    title: 'datacenter names are unique, lower case, valid in a certificate',
    judge: datacenterVerdict,
  }),
  aboutServers({
    id: 'names.node',
    observes: ['agent'],
    preflight: 'also',
    title: 'server names have no dot and no slash',
    judge: nodeVerdict,
  }),
  aboutDatacenters({
    id: 'names.unique',
    observes: ['lan-members', 'token'],
    preflight: 'also',
    title: 'no two servers share a name or node id in one datacenter',
    judge: (datacenter, {snapshot}) =>
      given(lanPool(snapshot, datacenter), (members) => {
        const servers = serversIn(members).filter(({status}) => status === 'alive')
        const clashes = [
          ...clashesBy(servers, ({name}) => name.toLowerCase(), 'the name'),
          ...clashesBy(servers, ({id}) => id, 'the node id'),
        ]
        if (clashes.length === 0) return holds()
        return broken({
          evidence: clashes,
          expected: 'a name and a node id of its own for each server',
          fix: [
            'give the newer server a node_name of its own',
            'on a cloned machine: stop consul, delete node-id in its data_dir, start it',
          ],
          found: clashes[0] ?? '',
        })
      }),
  }),
  defineCheck({
    datacentersOf: ([a, b]) => [a.name, b.name],
    id: 'names.overlap',
    label: ([a, b]) => `${a.name}, ${b.name}`,
    observes: ['lan-members', 'token'],
    preflight: 'also',
    severity: (_model, pair) => (pair.every(hasOverlapFix) ? 'warning' : 'error'),
    subjects: pairsOf,
    title: "no two datacenters share a server's name and address",
    judge: overlapVerdict,
  }),
]

function datacenterVerdict(datacenter: Datacenter, {model, snapshot, sorted}: SeenSorted): Verdict {
  const {name, servers} = datacenter
  if (!certificateLabel.test(name)) {
    return broken({
      expected: 'lower-case letters, digits and hyphens, at most 63 of them',
      fix: [`rename ${name} in ${model.file} before it is built; a datacenter cannot be renamed later`],
      found: `the name ${JSON.stringify(name)}`,
    })
  }
  if (model.datacenters.filter((other) => other.name === name).length > 1) {
    return broken({expected: 'a name of its own', found: `${name} stands twice in ${model.file}`})
  }
  const answers = servers.map((server) => ({server, facts: agentFacts(snapshot, server)}))
  const other = answers.flatMap(({facts, server}) =>
    facts.known && facts.value.datacenter !== name ? [{is: facts.value.datacenter, server}] : [],
  )
  if (other.length > 0) {
    return broken({
      evidence: other.map(({is, server}) => `${server.id} is in ${is}`),
      expected: `datacenter = "${name}"`,
      fix: [`correct the address of the server in ${model.file}, or its datacenter setting`],
      found: `${joined(other.map(({server}) => server.id))} says ${joined(other.map(({is}) => is))}`,
    })
  }
  const second = secondCluster(datacenter, {snapshot, sorted})
  if (second.length > 0) {
    return broken({
      evidence: second.map((member) => `${member.name} at ${member.address}, node id ${member.id}`),
      expected: `one cluster of the name ${name}`,
      fix: [
        `keep what the other cluster holds first: consul snapshot save at one of its servers, and a copy of their data_dir; a new name costs it all its data`,
        `then give the other cluster a name of its own: stop its servers, set datacenter, empty their data_dir, and issue certificates for that name`,
        `if they are servers of ${name} after all: let them join the LAN pool of ${joined(servers.map((server) => server.id))}, with retry_join`,
      ],
      found: `${joined(second.map((member) => member.name))} is in the WAN pool and in no LAN pool of ${name}: another cluster has the same name`,
    })
  }
  const first = answers.find(({facts}) => facts.known) ?? answers[0]
  return first ? given(first.facts, () => holds(name)) : unanswered(`${name} has no server in ${model.file}`)
}

/**
 * Servers that are alive in the WAN pool under the name of a datacenter and that its own servers have never met: those of one cluster
 * are in its LAN pool first. A node id tells a server that was renamed.
 */
function secondCluster({name, servers}: Datacenter, {snapshot, sorted}: Omit<SeenSorted, 'model'>): MemberFacts[] {
  const lan = lanPool(snapshot, {servers})
  if (!lan.known) return []
  const known = new Set(lan.value.map(({id}) => id))
  const seen = sorted.wanPools.byDatacenter.get(name) ?? []
  const strangers = seen.filter(({id, status}) => status === 'alive' && id !== '' && !known.has(id))
  return [...new Map(strangers.map((member) => [member.id, member])).values()]
}

/** Gossip splits a WAN name at its dots and needs exactly two parts (Consul agent/consul/wanfed/wanfed.go, 1.8–1.21). */
function nodeVerdict(server: Agent, {model, snapshot}: Seen): Verdict {
  const rename = `set node_name to a name without dots and slashes, such as ${server.name.split(/[./]/)[0]}, issue its certificate, replace the server`
  const expected = 'letters, digits and hyphens only: gossip through gateways splits names at dots'
  if (/[./]/.test(server.name)) {
    return broken({expected, fix: [rename], found: `the name ${JSON.stringify(server.name)} in ${model.file}`})
  }
  return given(agentFacts(snapshot, server), ({nodeName}) => {
    if (/[./]/.test(nodeName)) return broken({expected, fix: [rename], found: `node_name ${JSON.stringify(nodeName)}`})
    if (nodeName === server.name) return holds()
    return broken({
      expected: `node_name ${JSON.stringify(server.name)}, as in ${model.file}`,
      fix: [`rename ${server.id} in ${model.file} to ${JSON.stringify(nodeName)}, or correct its address there`],
      found: `node_name ${JSON.stringify(nodeName)}`,
    })
  })
}

type Server = ReturnType<typeof serversIn>[number]

/** Sentences about servers that have the same key and are not the same server. */
function clashesBy(servers: readonly Server[], keyOf: (server: Server) => string, what: string): string[] {
  const keys = [...new Set(servers.map(keyOf))].filter((key) => key !== '')
  return keys.flatMap((key) => {
    const same = servers.filter((server) => keyOf(server) === key)
    const places = joined(same.map(({address, name}) => `${name} (${address})`))
    return same.length > 1 ? [`${places} share ${what} ${key}`] : []
  })
}

function pairsOf({datacenters}: Federation): (readonly [Datacenter, Datacenter])[] {
  return datacenters.flatMap((a, index) => datacenters.slice(index + 1).map((b) => [a, b] as const))
}

function overlapVerdict([a, b]: readonly [Datacenter, Datacenter], {snapshot}: Seen): Verdict {
  return given(lanPool(snapshot, a), (ofA) =>
    given(lanPool(snapshot, b), (ofB) => {
      const taken = new Set([...placesOf(ofA), ...plannedPlaces(a)])
      const shared = [...new Set([...placesOf(ofB), ...plannedPlaces(b)])].filter((place) => taken.has(place))
      if (shared.length === 0) return holds()
      return broken({
        evidence: shared,
        expected: 'names that differ where addresses are the same: old servers send calls for the other to themselves',
        fix: [
          `rename the servers of ${b.name}, or upgrade all servers to ${joined(overlapFixed)} or a newer minor version`,
        ],
        found: `${a.name} and ${b.name} both have ${joined(shared)}`,
      })
    }),
  )
}

function placesOf(members: readonly Server[]): string[] {
  return serversIn(members).map(({address, name}) => `${name.toLowerCase()} at ${address}`)
}

function plannedPlaces({servers}: Datacenter): string[] {
  return servers.flatMap((server) => {
    const address = lanPoolAddress(server)
    return address === undefined ? [] : [`${server.name.toLowerCase()} at ${canonicalAddress(address)}`]
  })
}

function hasOverlapFix({consul}: Datacenter): boolean {
  return overlapFixed.some((fixed, index) => {
    const isNewest = index === overlapFixed.length - 1
    const sameMinor = consul.startsWith(fixed.replace(/\d+$/, ''))
    return compareVersions(consul, fixed) >= 0 && (sameMinor || isNewest)
  })
}
