import type {Datacenter, Federation} from '../../federation/model.js'
import {primaryOf} from '../../federation/selectors.js'
import type {CaRootFacts, Snapshot} from '../../observe/snapshot.js'
import {failureText, firstKnown, given, type Known, known} from '../answers.js'
import {aboutDatacenters, type Seen} from '../define-check.js'
import {broken, excused, holds, unanswered, type Verdict} from '../verdict.js'

export const caChecks = [
  aboutDatacenters({
    id: 'ca.root',
    observes: ['ca-roots'],
    title: 'one trust domain and one active Connect root',
    judge: rootVerdict,
  }),
]

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
