import {join} from 'node:path'

import {nodeLayout} from '../../config/node-layout.js'
import type {Agent, Datacenter, Federation} from '../../federation/model.js'
import {agentsOf, datacenterOf, primaryOf} from '../../federation/selectors.js'
import {type GossipKeyFacts, wanRingUpTo} from '../../observe/gossip-key-facts.js'
import type {Snapshot} from '../../observe/snapshot.js'
import {fact, failureText, firstKnown, given, type Known, known, notObserved, unknown} from '../answers.js'
import {applyFilesEverywhere} from '../apply-files.js'
import {aboutDatacenters, type Seen} from '../define-check.js'
import {forShell} from '../../system/for-shell.js'
import {fedctlCommand, startAgainCommand} from '../fedctl-command.js'
import {broken, doubtful, holds, unanswered, type Verdict} from '../verdict.js'
import {counted, distinct, joined} from '../wording.js'

export const gossipChecks = [
  aboutDatacenters({
    applies: ({gossip}) => gossip.encryption || 'gossip encryption is off in the federation file',
    id: 'gossip.key',
    observes: ['gossip-keys'],
    optIn: true,
    title: 'one primary gossip key in every LAN and WAN ring',
    judge: keyVerdict,
  }),
]

/**
 * The WAN pool is one pool, and a start without keyrings writes the same key into both of its rings: other keys here mean no joining there. A keyring
 * that is there counts more than `encrypt`, so that the two rings of a server can differ.
 */
function keyVerdict(datacenter: Datacenter, {model, snapshot}: Seen): Verdict {
  return given(keysOf(snapshot, datacenter), (own) => {
    const primaries = own.primary.length > 0 ? own.primary : own.installed
    const expected = 'one primary key, the same in every datacenter'
    const [first] = primaries
    if (first === undefined) {
      return broken({expected, fix: applyFilesEverywhere(datacenter), found: 'gossip is not encrypted'})
    }
    const other = othersOf(model, datacenter).find((name) => differs(first, keysOf(snapshot, name)))
    if (other && !datacenter.isPrimary) {
      return broken({
        expected,
        fix: startWithKeyOf(other, agentsOf(datacenter), ['local', 'remote'], {model, snapshot}),
        found: `another primary key than in ${other.name}`,
      })
    }
    const stray = strayWanRing({model, snapshot}, datacenter)
    if (stray) return broken({expected, ...stray})
    const rotation = ['finish the rotation: consul keyring -use KEY, then consul keyring -remove OLDKEY']
    if (primaries.length > 1)
      return broken({expected, fix: rotation, found: `${counted(primaries.length, 'primary key')}`})
    if (snapshot.gossipKey !== undefined && snapshot.gossipKey !== first) {
      return doubtful({
        expected: 'the key of the workspace, which rendered configuration holds',
        fix: [
          'rotate to the key of the workspace with consul keyring, or restore the .fedctl/ that holds the other one',
        ],
        found: 'another key than that of the workspace',
      })
    }
    if (own.installed.length === 1) {
      const primary = keysOf(snapshot, primaryOf(model))
      return primary.known || snapshot.gossipKey === first
        ? oneKeyIn(wanRingsOf(snapshot, datacenter), model)
        : unanswered(`one key, not compared with that of ${model.primary}: ${primary.reason}`)
    }
    return doubtful({expected: 'one key', fix: rotation, found: `${counted(own.installed.length, 'key')} installed`})
  })
}

/** What holds where no WAN ring that is known differs. One server tells enough: it hears all with its own key, and those with another tell that themselves. */
function oneKeyIn(rings: readonly WanRing[], {datacenters}: Federation): Verdict {
  const isAsked = rings.some(({keys}) => keys !== notObserved)
  if (!isAsked && datacenters.length > wanRingUpTo) {
    return holds('one key in the LAN ring; WAN rings are asked up to ten datacenters')
  }
  const untold = rings.flatMap(({id, keys}) => (keys.known || keys === notObserved ? [] : [{id, reason: keys.reason}]))
  const [first] = untold
  if (!first) return holds('one key')
  if (!rings.some(({keys}) => keys.known)) {
    return unanswered(`one key in the LAN ring; the WAN ring is not known: ${first.reason}`)
  }
  return {...holds('one key'), evidence: untold.map(({id, reason}) => `${id} did not tell the WAN ring: ${reason}`)}
}

/** Servers whose WAN rings have another primary key than the LAN rings of their datacenter and of the primary. */
export function strayServers({snapshot}: Pick<Seen, 'snapshot'>, datacenter: Datacenter): Agent[] {
  const own = keysOf(snapshot, datacenter)
  const key = own.known ? (own.value.primary[0] ?? own.value.installed[0]) : undefined
  if (key === undefined) return []
  const rings = wanRingsOf(snapshot, datacenter).filter(({keys}) => differs(key, keys))
  return datacenter.servers.filter((server) => rings.some(({id}) => id === server.id))
}

function strayWanRing(seen: Seen, datacenter: Datacenter) {
  const servers = strayServers(seen, datacenter)
  if (servers.length === 0) return undefined
  return {
    fix: [...startWithKeyOf(datacenter, servers, ['remote'], seen), fedctlCommand('verify', {wait: '5m'})],
    found: `another primary key in the WAN ring of ${joined(servers.map(({id}) => id))} than in the LAN ring of ${datacenter.name}`,
  }
}

/**
 * A keyring that is there counts more than `encrypt`, so it has to go while the agent does not run. On this machine a runbook starts what has ended,
 * with the key of the workspace.
 */
function startWithKeyOf(
  {name}: Datacenter,
  agents: readonly Agent[],
  rings: readonly ('local' | 'remote')[],
  {model, snapshot}: Seen,
): string[] {
  const keys = keysOf(snapshot, datacenterOf(model, name))
  const isOurs = keys.known && snapshot.gossipKey !== undefined && keys.value.primary.includes(snapshot.gossipKey)
  const here = isOurs ? agents.filter(({host}) => host === 'local') : []
  const there = agents.filter((agent) => !here.includes(agent))
  const starts = distinct(here.map(({datacenter}) => startAgainCommand(datacenterOf(model, datacenter))))
  return [
    ...here.map((agent) => {
      const {configDir, dataDir} = nodeLayout(model, agent)
      const files = rings.map((ring) => join(dataDir, 'serf', `${ring}.keyring`))
      // By what it was started with: after a restart of the machine its pid may be that of another process.
      const process = forShell(`agent -config-dir=${forPattern(configDir)}$`)
      return `pkill -f ${process}; while pgrep -f ${process} >/dev/null; do sleep 1; done; rm -f ${files.map(forShell).join(' ')}`
    }),
    ...starts,
    ...(there.length > 0
      ? [
          `stop consul on ${joined(there.map(({id}) => id))}, remove ${joined(rings.map((ring) => `serf/${ring}.keyring`))} from its data_dir, and start it with the key of ${name} as encrypt`,
        ]
      : []),
  ]
}

/** A path as pgrep matches it. A dot is left as it is, since it matches itself. */
function forPattern(path: string): string {
  return path.replaceAll(/[\\^$*+?()[\]{}|]/g, String.raw`\$&`)
}

interface WanRing {
  readonly id: string
  readonly keys: Known<GossipKeyFacts>
}

/** What each server says of the WAN ring. */
function wanRingsOf(snapshot: Snapshot, {servers}: Datacenter): WanRing[] {
  return servers.map(({id}) => ({id, keys: known(snapshot.servers[id]?.wanGossipKeys, 'keyring:read')}))
}

const unencrypted: GossipKeyFacts = {installed: [], primary: []}

/** Secondaries are compared with the primary. */
function othersOf({datacenters}: Federation, {name}: Datacenter): Datacenter[] {
  return datacenters.filter((other) => other.isPrimary && other.name !== name)
}

function differs(key: string, other: Known<GossipKeyFacts>): boolean {
  if (!other.known) return false
  const {installed, primary} = other.value
  const keys = primary.length > 0 ? primary : installed
  return keys.length > 0 && !keys.includes(key)
}

/** Consul refuses the keyring with 500 instead of 403 (agent/operator_endpoint.go, 1.8). */
function keysOf(snapshot: Snapshot, {servers}: Datacenter): Known<GossipKeyFacts> {
  return firstKnown(
    servers.map(({id}) => {
      const answer = snapshot.servers[id]?.gossipKeys
      if (answer?.ok === false && /encryption not enabled/i.test(answer.failure.message)) return fact(unencrypted)
      if (answer?.ok === false && /denied by ACLs|Permission denied/i.test(answer.failure.message)) {
        return unknown(`the token lacks keyring:read (${failureText(answer.failure)})`)
      }
      return known(answer, 'keyring:read')
    }),
  )
}
