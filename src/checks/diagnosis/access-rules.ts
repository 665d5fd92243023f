import type {Agent, Federation} from '../../federation/model.js'
import {datacenterOf, serversOf} from '../../federation/selectors.js'
import type {Snapshot} from '../../observe/snapshot.js'
import {didAnswer, failureText} from '../answers.js'
import {fedctlCommand, startAgainCommand} from '../fedctl-command.js'
import {nothingReachable as isNothingReachable} from '../reachability.js'
import {startFix} from '../start-fix.js'
import {counted, distinct, joined} from '../wording.js'
import {type Case, dependsOn, type Explanation, failuresOf, mentionsOnly, type Rule} from './rule.js'

export const nothingReachable: Rule = {
  cause: 'access.nothing-reachable',
  title: 'no server of the federation answers',
  when({model, snapshot}) {
    if (!isNothingReachable(snapshot)) return undefined
    const servers = serversOf(model)
    const first = servers.find((server) => reasonOf(snapshot, server) !== undefined)
    const example = first ? `: ${first.id} at ${first.api.url}: ${reasonOf(snapshot, first)}` : ''
    return {
      explains: () => true,
      fix: [
        ...startAllHere(model),
        ...(servers.every(({host}) => host === 'local')
          ? []
          : [
              `see whether the agents run, and whether this machine reaches the addresses in ${model.file}`,
              ...(first ? [`curl ${first.api.url}/v1/status/leader`] : []),
            ]),
      ],
      title: `none of ${counted(servers.length, 'server')} answers${example}`,
    }
  },
}

/** The primary first: its secondaries copy from it. */
function startAllHere({datacenters}: Federation): string[] {
  const here = datacenters.filter(({servers}) => servers.some(({host}) => host === 'local'))
  return [...here.filter(({isPrimary}) => isPrimary), ...here.filter(({isPrimary}) => !isPrimary)].map(
    (datacenter) => `start what has ended again: ${startAgainCommand(datacenter)}`,
  )
}

/** Consul has said why, on this machine: to start it again as it is leads nowhere. */
export const neverStarts: Rule = {
  cause: 'agent.never-starts',
  title: 'a server ends as soon as it is started',
  when(about) {
    const {model, snapshot} = about
    const down = silentServers(about)
    const [first, ...others] = down.filter(({id}) => snapshot.servers[id]?.lastWords !== undefined)
    if (!first) return undefined
    const refused = [first, ...others]
    const starts = refused.map(({datacenter}) => startAgainCommand(datacenterOf(model, datacenter)))
    const more = others.length > 0 ? ` (${joined(others.map(({id}) => id))} as well)` : ''
    const ids = new Set(refused.map(({id}) => id))
    const follows = followsFromSilence(about, down)
    return {
      explains: (finding) => follows(finding) && (finding.check !== 'access.api' || ids.has(finding.finding.subject)),
      fix: [
        ...distinct(refused.map((server) => mendFor(server, snapshot))),
        `then start it: ${distinct(starts).join('; ')}`,
      ],
      title: `server ${first.id} does not start: ${snapshot.servers[first.id]?.lastWords}${more}`,
    }
  },
}

/** Some servers are silent. A datacenter that has lost half of its servers or more is dark, and all that needs it fails too. */
export const serverDown: Rule = {
  cause: 'access.server-down',
  title: 'a server does not answer',
  when(about) {
    const {model, snapshot} = about
    const down = silentServers(about)
    if (down.length === 0) return undefined
    return {
      explains: followsFromSilence(about, down),
      fix: distinct(down.flatMap((server) => startFix(server, model, snapshot))),
      title: titleOf(model, snapshot, down, darkDatacenters(model, down)),
    }
  },
}

export const tokenRejected: Rule = {
  cause: 'access.token',
  title: 'the token may not read what verification reads',
  when(about) {
    const failures = failuresOf(about, 'access.token')
    const [first] = failures
    if (!first) return undefined
    const servers = failures.map(({finding}) => finding.subject)
    return {
      explains: ({check}) => check === 'access.token',
      fix: first.finding.fix ?? [],
      title: `${first.finding.found ?? 'the token is not accepted'} (${joined(servers)})`,
    }
  },
}

/** What Consul says before it runs is about its configuration; after that it may be a port, a disk or a certificate too. */
function mendFor({datacenter: dc, id, name: node}: Agent, snapshot: Snapshot): string {
  return snapshot.servers[id]?.lastWords?.startsWith('Error starting agent')
    ? `mend on the node of ${id} what Consul names there`
    : `write its configuration anew, and take the setting out of every other file of its -config-dir: ${fedctlCommand('config render', {dc, node})}`
}

function silentServers(about: Case): Agent[] {
  const failed = new Set(failuresOf(about, 'access.api').map(({finding}) => finding.subject))
  return serversOf(about.model).filter(({id}) => failed.has(id))
}

function followsFromSilence(about: Case, down: readonly Agent[]): Explanation['explains'] {
  const ids = new Set(down.map(({id}) => id))
  const names = down.flatMap(({datacenter, id, name}) => [id, `${name}.${datacenter}`])
  const dark = darkDatacenters(about.model, down)
  const followsFromDark = dependsOn(dark, about)
  return (finding) =>
    (finding.check === 'access.api' && ids.has(finding.finding.subject)) ||
    (finding.check === 'raft.leader' && finding.datacenters.some((name) => dark.includes(name))) ||
    followsFromDark(finding) ||
    (['gateway.path', 'wan.members'].includes(finding.check) && mentionsOnly(finding, names))
}

function titleOf(model: Federation, snapshot: Snapshot, down: readonly Agent[], dark: readonly string[]): string {
  const [only, ...more] = down
  if (only && more.length === 0) {
    return `server ${only.id} does not answer at ${only.api.url}: ${reasonOf(snapshot, only) ?? 'no answer'}`
  }
  const whole = dark.filter((name) =>
    model.datacenters.find((datacenter) => datacenter.name === name)?.servers.every((server) => down.includes(server)),
  )
  if (down.every(({datacenter}) => whole.includes(datacenter))) return `no server of ${joined(whole)} answers`
  return `servers ${joined(down.map(({id}) => id))} do not answer`
}

/** Raft needs more than half of the servers. */
function darkDatacenters({datacenters}: Federation, down: readonly Agent[]): string[] {
  return datacenters
    .filter(({servers}) => servers.filter((server) => down.includes(server)).length * 2 >= servers.length)
    .filter(({servers}) => servers.some((server) => down.includes(server)))
    .map(({name}) => name)
}

function reasonOf(snapshot: Snapshot, {id}: Agent): string | undefined {
  const failed = Object.values(snapshot.servers[id] ?? {}).find(isFailedAnswer)
  return failed && failureText(failed.failure)
}

type FailedAnswer = Parameters<typeof didAnswer>[0] & {readonly ok: false}

function isFailedAnswer(value: unknown): value is FailedAnswer {
  return typeof value === 'object' && value !== null && 'failure' in value
}
