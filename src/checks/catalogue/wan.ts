import type {Agent, Datacenter, Federation} from '../../federation/model.js'
import {serversOf} from '../../federation/selectors.js'
import type {MemberFacts, RemoteAnswers} from '../../observe/snapshot.js'
import {supports} from '../../versions/features.js'
import {sameHost, wanPoolAddress} from '../addresses.js'
import {didAnswer, failureText, given, known, notObserved} from '../answers.js'
import {withSecondaries} from '../applicability.js'
import {aboutServers, defineCheck, type Seen, type SeenSorted} from '../define-check.js'
import {fedctlCommand} from '../fedctl-command.js'
import {wanMembers} from '../member-facts.js'
import {broken, excused, holds, unanswered, type Verdict} from '../verdict.js'
import {counted, distinct, joined} from '../wording.js'

/** A server that looks at a datacenter: at another one, or at its own. */
interface Direction {
  readonly from: Agent
  readonly to: Datacenter
}

const direction = {
  datacentersOf: ({from, to}: Direction) => distinct([from.datacenter, to.name]),
  label: ({from, to}: Direction) => `${from.id} → ${to.name}`,
}

export const wanChecks = [
  defineCheck<Direction>({
    ...direction,
    id: 'wan.members',
    observes: ['wan-members', 'token'],
    subjects: (model) => directionsOf(model),
    title: 'each server sees each expected server alive, at the address that the file makes it advertise',
    judge: membersVerdict,
  }),
  aboutServers({
    id: 'wan.unexpected',
    observes: ['wan-members', 'token'],
    severity: 'warning',
    title: 'nobody else is in the WAN pool',
    judge: unexpectedVerdict,
  }),
  aboutServers({
    id: 'wan.stable',
    observes: ['wan-members', 'token'],
    optIn: true,
    severity: 'warning',
    title: 'nothing flaps while watched',
    judge: stableVerdict,
  }),
  defineCheck<Direction>({
    ...direction,
    applies: withSecondaries,
    id: 'wan.rpc',
    observes: ['leader', 'remote-leader', 'remote-services'],
    subjects: (model) => directionsOf(model).filter(({from, to}) => from.datacenter !== to.name),
    title: 'from every server, every datacenter answers',
    judge: rpcVerdict,
  }),
]

function directionsOf(model: Federation): Direction[] {
  return serversOf(model).flatMap((from) => model.datacenters.map((to) => ({from, to})))
}

/** A server that does not show its members has not shown that they stay. */
function stableVerdict(server: Agent, {snapshot}: Seen): Verdict {
  const {soak} = snapshot
  if (!soak) return {...excused('nobody watched: --soak 60s does for a minute'), fix: ['add --soak 60s to the command']}
  const seen = soak.transitions.filter((transition) => transition.server === server.id)
  const watched = `${Math.round(soak.durationMs / 1000)} s, ${counted(soak.samples, 'look')}`
  if (seen.length === 0) return given(wanMembers(snapshot, server), () => holds(`no change in ${watched}`))
  return broken({
    evidence: seen.slice(0, 10).map(({at, from, member, to}) => `${at} ${member}: ${from} → ${to}`),
    expected: 'every member of the WAN pool keeps its state',
    fix: [
      `find the gateway or server that answers only at times: ${fedctlCommand('verify', {only: 'gateway,tls,wan'})}`,
    ],
    found: `${counted(seen.length, 'change')} of ${joined(distinct(seen.map(({member}) => member)))} in ${watched}`,
  })
}

function membersVerdict({from, to}: Direction, {snapshot, sorted}: SeenSorted): Verdict {
  return given(wanMembers(snapshot, from), () => {
    const members = sorted.wanPools.byName.get(from.id)
    const problems = to.servers.flatMap((server) => memberProblem(server, members?.get(wanName(server).toLowerCase())))
    if (problems.length === 0) return holds(`${counted(to.servers.length, 'server')} alive`)
    return broken({
      evidence: problems.slice(1),
      expected: `${joined(to.servers.map((server) => `${wanName(server)} at ${wanPoolAddress(server) ?? 'its address'}`))}, alive`,
      fix: [
        `see whether consul runs there, and in its log whether it has joined ("(WAN) joined") and with which key and name`,
        fedctlCommand('verify', {only: 'agent,gateway,tls', dc: to.name}),
      ],
      found: problems[0] ?? '',
    })
  })
}

function memberProblem(server: Agent, member: MemberFacts | undefined): string[] {
  const name = wanName(server)
  if (!member) return [`${name} is not in the WAN pool`]
  if (member.status !== 'alive') return [`${name} is ${member.status}`]
  const expected = wanPoolAddress(server)
  if (expected === undefined || sameHost(expected, member.address)) return []
  return [`${name} is at ${member.address} instead of ${expected}`]
}

function unexpectedVerdict(server: Agent, {model, snapshot}: Seen): Verdict {
  const expected = new Set(serversOf(model).map((other) => wanName(other).toLowerCase()))
  return given(wanMembers(snapshot, server), (members) => {
    const strangers = members.filter(({name, status}) => status !== 'left' && !expected.has(name.toLowerCase()))
    if (strangers.length === 0) return holds()
    return broken({
      evidence: strangers.map(({address, name, status}) => `${name} at ${address}, ${status}`),
      expected: 'only servers of the federation file',
      fix: [`add it to ${model.file} if it belongs there`, ...strangersGone(strangers, model)],
      found: joined(strangers.map(({name}) => name)),
    })
  })
}

/** Before Consul could be told, it forgot a failed member of the WAN pool after `reconnect_timeout_wan` (agent/config/default.go, 1.8–1.21). */
function strangersGone([first]: readonly MemberFacts[], {datacenters}: Federation): string[] {
  if (!first) return []
  const canBeTold = datacenters.every(({consul}) => supports(consul, 'force-leave-wan'))
  return canBeTold
    ? [`if it is gone for good, on a server of each datacenter: consul force-leave -wan -prune ${first.name}`]
    : ['if it is gone for good: Consul forgets it 72 hours after it failed; it cannot be told to before 1.11']
}

/** A call that comes back with services is the only proof: members stay alive in the pool while every call fails. */
function rpcVerdict({from, to}: Direction, {snapshot}: Seen): Verdict {
  const view = snapshot.servers[from.id]
  const remote = view?.remote?.[to.name]
  if (!remote) return unanswered(notObserved.reason)
  const isUp = view?.leader !== undefined && didAnswer(view.leader)
  const problem = rpcProblem(remote, to.name, isUp)
  if (problem !== undefined) {
    return broken({
      expected: `a leader and the services of ${to.name}`,
      fix: [
        fedctlCommand('verify', {dc: to.name, only: 'gateway,tls,wan'}),
        `repeat the call on the node of ${from.id}: consul catalog services -datacenter ${to.name}`,
      ],
      found: problem,
    })
  }
  return given(known(remote.services, `service:read in ${to.name}`), (services) =>
    services > 0
      ? holds(counted(services, 'service'))
      : unanswered(`the token lacks service:read in ${to.name} (no service is visible)`),
  )
}

/** Consul's own words, where the asked server is there and could not get an answer from the other datacenter. */
function rpcProblem({leader, services}: RemoteAnswers, to: string, isUp: boolean): string | undefined {
  for (const answer of [leader, services]) {
    if (answer.ok) continue
    const {kind} = answer.failure
    if (kind === 'refused') return failureText(answer.failure)
    if (kind === 'timeout' && isUp) return `no answer from ${to} in time`
  }
  return leader.ok && leader.value === '' ? `${to} answers that it has no leader` : undefined
}

function wanName({datacenter, name}: Agent): string {
  return `${name}.${datacenter}`
}
