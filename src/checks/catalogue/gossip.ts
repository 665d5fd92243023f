import type {Datacenter, Federation} from '../../federation/model.js'
import {primaryOf} from '../../federation/selectors.js'
import type {GossipKeyFacts, Snapshot} from '../../observe/snapshot.js'
import {fact, failureText, firstKnown, given, type Known, known, unknown} from '../answers.js'
import {aboutDatacenters, type Seen} from '../define-check.js'
import {fedctlCommand} from '../fedctl-command.js'
import {broken, doubtful, holds, unanswered, type Verdict} from '../verdict.js'
import {counted} from '../wording.js'

export const gossipChecks = [
  aboutDatacenters({
    applies: ({gossip}) => gossip.encryption || 'gossip encryption is off in the federation file',
    id: 'gossip.key',
    observes: ['gossip-keys'],
    optIn: true,
    title: 'one gossip key everywhere',
    judge: keyVerdict,
  }),
]

/** The WAN pool is one pool, and each start writes the same key into both rings: other keys here mean no joining there. */
function keyVerdict(datacenter: Datacenter, {model, snapshot}: Seen): Verdict {
  return given(keysOf(snapshot, datacenter), (own) => {
    const primaries = own.primary.length > 0 ? own.primary : own.installed
    const expected = 'one primary key, the same in every datacenter'
    const [first] = primaries
    if (first === undefined) {
      return broken({expected, fix: renderAgain(datacenter), found: 'gossip is not encrypted'})
    }
    const other = othersOf(model, datacenter).find((name) => differs(first, keysOf(snapshot, name)))
    if (other && !datacenter.isPrimary) {
      return broken({
        expected,
        fix: [
          `stop consul on the agents of ${datacenter.name}, remove serf/local.keyring and serf/remote.keyring from their data_dir, start them with the key of ${other.name} as encrypt`,
        ],
        found: `another primary key than in ${other.name}`,
      })
    }
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
        ? holds('one key')
        : unanswered(`one key, not compared with that of ${model.primary}: ${primary.reason}`)
    }
    return doubtful({expected: 'one key', fix: rotation, found: `${counted(own.installed.length, 'key')} installed`})
  })
}

const unencrypted: GossipKeyFacts = {installed: [], primary: []}

function renderAgain({name}: Datacenter): string[] {
  return [
    fedctlCommand('config render', {dc: name}),
    `put the rendered files on the nodes of ${name} and restart consul there`,
  ]
}

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
