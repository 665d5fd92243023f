import type {Datacenter, Federation} from '../../federation/model.js'
import {primaryOf, secondariesOf} from '../../federation/selectors.js'
import type {CaRootFacts, Snapshot} from '../../observe/snapshot.js'
import {failureText, firstKnown, given, type Known, known} from '../answers.js'
import {withSecondaries} from '../applicability.js'
import {lifeOf} from '../certificate-facts.js'
import {aboutDatacenters, type Seen} from '../define-check.js'
import {broken, doubtful, excused, holds, unanswered, type Verdict} from '../verdict.js'

export const caChecks = [
  aboutDatacenters({
    id: 'ca.root',
    observes: ['ca-roots'],
    title: 'one trust domain and one active Connect root',
    judge: rootVerdict,
  }),
  aboutDatacenters({
    applies: withSecondaries,
    id: 'ca.intermediate',
    observes: ['ca-roots'],
    subjects: secondariesOf,
    title: 'each secondary has an intermediate that chains to the root, and for 30 more days or a third of its life',
    judge: intermediateVerdict,
  }),
]

/** More than these make handshakes too large in the end (GH-14429). */
const manyIntermediates = 10

/** A secondary takes the primary's trust domain and root over (Consul agent/consul/leader_connect_ca.go, 1.8–1.21). */
function rootVerdict(datacenter: Datacenter, {model, snapshot}: Seen): Verdict {
  const isOff = connectIsOff(snapshot, datacenter)
  if (isOff !== undefined) return offVerdict(isOff, model)
  return given(rootsOf(snapshot, datacenter), (own) => {
    if (own.activeRootId === '') {
      return broken({expected: 'an active root', fix: fixFor(datacenter, model), found: 'no active root'})
    }
    if (datacenter.isPrimary) return holds(own.trustDomain)
    return given(rootsOf(snapshot, primaryOf(model)), (primary) => {
      if (primary.activeRootId === '') return unanswered(`${model.primary} has no active root to compare with`)
      if (own.trustDomain === primary.trustDomain && own.activeRootId === primary.activeRootId) {
        return holds(own.trustDomain)
      }
      const sameDomain = own.trustDomain === primary.trustDomain
      return broken({
        expected: `${sameDomain ? `the root ${primary.activeRootId}` : `the trust domain ${primary.trustDomain}`} of ${model.primary}`,
        fix: fixFor(datacenter, model),
        found: sameDomain ? `the active root is ${own.activeRootId}` : `the trust domain is ${own.trustDomain}`,
      })
    })
  })
}

/** The one that was made last signs. A secondary renews it after half of its life, since 1.8.4 (agent/consul/leader_connect_ca.go, GH-8588). */
function intermediateVerdict(datacenter: Datacenter, {model, snapshot}: Seen): Verdict {
  const isOff = connectIsOff(snapshot, datacenter)
  if (isOff !== undefined) return offVerdict(isOff, model)
  return given(rootsOf(snapshot, datacenter), ({activeRootId, intermediates, intermediatesVerified}) => {
    const expected = `an intermediate that ${model.primary} has signed, valid for 30 more days or a third of its life`
    const fix = fixFor(datacenter, model)
    if (activeRootId === '') return unanswered('there is no active root')
    const [newest] = [...intermediates].sort((a, b) => Date.parse(b.notAfter) - Date.parse(a.notAfter))
    if (!newest) return broken({expected, fix, found: 'there is no intermediate'})
    if (intermediatesVerified === false) return broken({expected, fix, found: 'it does not chain to the active root'})
    const life = lifeOf(newest, snapshot.startedAt)
    if (!life) return unanswered('the dates of the intermediate cannot be read')
    if (life.notYetValid) return broken({expected, fix, found: `valid only from ${newest.notBefore} on`})
    if (life.expired) return broken({expected, fix, found: `expired since ${newest.notAfter}`})
    if (life.nearlyOver) return doubtful({expected, fix, found: life.left})
    if (intermediates.length <= manyIntermediates) return holds(life.left)
    return doubtful({
      expected: `at most ${manyIntermediates} intermediates`,
      fix: ['upgrade to a version that drops expired ones (1.11.9, 1.12.5, 1.13.2 or newer), or rotate the root'],
      found: `${intermediates.length} intermediates have piled up`,
    })
  })
}

function rootsOf(snapshot: Snapshot, {servers}: Datacenter): Known<CaRootFacts> {
  return firstKnown(servers.map(({id}) => known(snapshot.servers[id]?.caRoots)))
}

function connectIsOff(snapshot: Snapshot, {servers}: Datacenter): string | undefined {
  for (const {id} of servers) {
    const answer = snapshot.servers[id]?.caRoots
    if (answer?.ok === false && /Connect must be enabled/i.test(answer.failure.message)) {
      return failureText(answer.failure)
    }
  }
  return undefined
}

function offVerdict(found: string, model: Federation): Verdict {
  if (model.via === 'wan-gossip') return excused('Connect is off, which traditional WAN gossip does not need')
  return broken({expected: 'Connect with a root', fix: ['set connect.enabled = true on every server'], found})
}

function fixFor({isPrimary, name}: Datacenter, {primary}: Federation): string[] {
  return isPrimary
    ? [`see in the log of the leader of ${name}: Connect CA`]
    : [
        `see in the log of the leader of ${name}: Failed to initialize Connect CA`,
        `its replication token needs operator:write in ${primary}`,
      ]
}
