import type {Datacenter, Federation} from '../../federation/model.js'
import {gatewaysOf, serversOf} from '../../federation/selectors.js'
import {isAddress} from '../../federation/fields/address.js'
import {type BugCondition, firstWithout, hasBug, type KnownBug, knownBugs} from '../../versions/known-bugs.js'
import {parseVersion} from '../../versions/version.js'
import {given} from '../answers.js'
import {withSecondaries} from '../applicability.js'
import {aboutDatacenters, type Seen} from '../define-check.js'
import {lanPool} from '../member-facts.js'
import {broken, holds, type Verdict} from '../verdict.js'
import {counted, distinct, joined} from '../wording.js'

export const knownBugsCheck = aboutDatacenters({
  applies: withSecondaries,
  id: 'version.known-bugs',
  observes: ['lan-members', 'token'],
  preflight: 'also',
  severity: 'warning',
  title: 'no agent runs a version with a known federation bug',
  judge: bugsVerdict,
})

function bugsVerdict(datacenter: Datacenter, {model, snapshot}: Seen): Verdict {
  return given(lanPool(snapshot, datacenter), (members) => {
    const builds = distinct(members.map(({build}) => build)).filter((build) => parseVersion(build))
    const met = knownBugs.filter((bug) => meets(model, bug))
    const affected = builds.filter((build) => met.some((bug) => hasBug(build, bug)))
    if (affected.length === 0) return holds(joined(builds))
    const bugs = met.filter((bug) => affected.some((build) => hasBug(build, bug)))
    const newest = affected.map((build) => firstWithout(build, met)).find((release) => release !== undefined)
    return broken({
      evidence: bugs.map(({fixed, what}) => `${what}; fixed in ${joined(fixed)}`),
      expected: 'a version without bugs that this federation can meet',
      fix: [`upgrade to ${newest ?? 'a newer version'} or newer, the primary before its secondaries`],
      found: `${joined(affected)}: ${counted(bugs.length, 'known bug')}`,
    })
  })
}

function meets(model: Federation, {only}: KnownBug): boolean {
  return only === undefined || conditions[only](model)
}

const conditions: Record<BugCondition, (model: Federation) => boolean> = {
  acls: ({acl}) => acl.enabled,
  gateways: ({via}) => via === 'mesh-gateways',
  'host-names': (model) => gatewaysOf(model).some(({wanAddress}) => !isAddress(wanAddress)),
  ipv6: (model) =>
    [...serversOf(model).map(({address}) => address), ...gatewaysOf(model).map(({wanAddress}) => wanAddress)].some(
      (address) => address.includes(':'),
    ),
  overlap(model) {
    const places = serversOf(model).map(({address, name}) => `${name.toLowerCase()} ${address}`)
    return new Set(places).size < places.length
  },
}
