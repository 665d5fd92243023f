import type {Datacenter} from '../../federation/model.js'
import {primaryOf} from '../../federation/selectors.js'
import {type ConsulVersion, compareVersions, oldestSupported, parseVersion} from '../../versions/version.js'
import {given, type Known, fact} from '../answers.js'
import {aboutDatacenters, type Seen} from '../define-check.js'
import {lanPool, serversIn} from '../member-facts.js'
import {broken, holds, unanswered, type Verdict} from '../verdict.js'
import {counted, distinct, joined} from '../wording.js'
import {knownBugsCheck} from './known-bugs.js'

export const versionChecks = [
  aboutDatacenters({
    id: 'version.supported',
    observes: ['lan-members', 'token'],
    preflight: 'also',
    title: `every agent runs ${oldestSupported.replace(/\.0$/, '')} or newer`,
    judge: (datacenter, {snapshot}) =>
      given(lanPool(snapshot, datacenter), (members) => {
        const tooOld = members.filter(({build}) => !isSupported(build))
        if (tooOld.length === 0) return holds(`${joined(buildsOf(members))} on ${counted(members.length, 'agent')}`)
        return broken({
          evidence: tooOld.map(({build, name}) => `${name} runs ${build || 'an unknown version'}`),
          expected: `${oldestSupported} or newer: before that there is no federation through mesh gateways`,
          fix: [`upgrade Consul on ${joined(tooOld.map(({name}) => name))}, servers first, the leader last`],
          found: `${joined(buildsOf(tooOld))} on ${counted(tooOld.length, 'agent')}`,
        })
      }),
  }),
  aboutDatacenters({
    id: 'version.expected',
    observes: ['lan-members', 'token'],
    severity: 'warning',
    title: 'every agent runs the minor version that the federation file names',
    judge: expectedVerdict,
  }),
  aboutDatacenters({
    id: 'version.skew',
    observes: ['lan-members', 'token'],
    preflight: 'also',
    severity: 'warning',
    title: 'one minor version, and no secondary ahead of the primary',
    judge: skewVerdict,
  }),
  knownBugsCheck,
]

function expectedVerdict(datacenter: Datacenter, {model, snapshot}: Seen): Verdict {
  const {consul, name} = datacenter
  const wanted = parseVersion(consul)
  return given(lanPool(snapshot, datacenter), (members) => {
    const others = members.filter(({build}) => {
      const runs = parseVersion(build)
      return !runs || !wanted || minorOf(runs) !== minorOf(wanted)
    })
    if (others.length === 0) return holds(`${joined(buildsOf(members))} on ${counted(members.length, 'agent')}`)
    return broken({
      evidence: others.map((member) => `${member.name} runs ${member.build || 'an unknown version'}`),
      expected: `${consul}, for which the configuration of ${name} is rendered`,
      fix: [`set consul of ${name} in ${model.file} to what runs there, or upgrade the agents`],
      found: `${joined(buildsOf(others))} on ${counted(others.length, 'agent')}`,
    })
  })
}

function skewVerdict(datacenter: Datacenter, seen: Seen): Verdict {
  const primary = primaryOf(seen.model)
  return given(newestServer(seen, datacenter), (own) =>
    given(newestServer(seen, primary), (theirs) => {
      if (own.minors.length > 1) {
        return broken({
          expected: 'one minor version on all servers of a datacenter',
          fix: [`finish the upgrade of ${datacenter.name}: all servers, the leader last`],
          found: `servers of ${datacenter.name} run ${joined(own.minors)}`,
        })
      }
      if (!own.newest || !theirs.newest) return unanswered('no server tells its version')
      if (minorOf(own.newest) === minorOf(theirs.newest)) return holds(minorOf(own.newest))
      const ahead = compareVersions(own.newest, theirs.newest) > 0
      return broken({
        expected: ahead ? 'a secondary is upgraded after the primary' : 'the minor version of the primary',
        fix: [ahead ? `upgrade ${primary.name} to ${minorOf(own.newest)}` : `upgrade ${datacenter.name} next`],
        found: `${minorOf(own.newest)}, and ${primary.name} has ${minorOf(theirs.newest)}`,
      })
    }),
  )
}

interface ServerVersions {
  readonly minors: readonly string[]
  readonly newest: ConsulVersion | undefined
}

function newestServer({snapshot}: Seen, datacenter: Datacenter): Known<ServerVersions> {
  const pool = lanPool(snapshot, datacenter)
  if (!pool.known) return pool
  const versions = serversIn(pool.value)
    .map(({build}) => parseVersion(build))
    .filter((version) => version !== undefined)
    .sort(compareVersions)
  return fact({minors: distinct(versions.map(minorOf)), newest: versions.at(-1)})
}

function isSupported(build: string): boolean {
  const version = parseVersion(build)
  return version !== undefined && version.major * 1000 + version.minor >= 1008
}

function buildsOf(members: readonly {readonly build: string}[]): string[] {
  return distinct(members.map(({build}) => build || 'an unknown version')).sort()
}

function minorOf({major, minor}: ConsulVersion): string {
  return `${major}.${minor}`
}
