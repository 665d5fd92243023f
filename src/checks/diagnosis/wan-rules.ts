import type {Datacenter, Federation} from '../../federation/model.js'
import type {Snapshot} from '../../observe/snapshot.js'
import {fedctlCommand} from '../fedctl-command.js'
import {wanMembers} from '../member-facts.js'
import {distinct, joined} from '../wording.js'
import {type Case, dependsOn, failuresOf, type JudgedFinding, type Rule} from './rule.js'

/** A server whose WAN pool has nobody of a datacenter answers `No path to datacenter`: that one has not joined, or has been lost. */
export const nobodyInPool: Rule = {
  cause: 'wan.nobody-in-pool',
  title: 'nobody of a datacenter is in the WAN pool',
  when(about) {
    const {model} = about
    const absent = model.datacenters.filter((datacenter) => isAbsent(datacenter, about))
    const secondaries = absent.filter(({isPrimary}) => !isPrimary)
    const named = secondaries.length > 0 ? secondaries : absent
    if (named.length === 0) return undefined
    const names = named.map(({name}) => name)
    return {
      explains: dependsOn(names, model),
      fix: [
        ...(model.via === 'mesh-gateways'
          ? named.map(({name: dc}) => fedctlCommand('verify', {dc, only: 'agent.primary-gateways,gateway'}))
          : [`see whether the servers of ${joined(names)} reach the others at ports 8302 (TCP and UDP) and 8300`]),
        `see in the log of a server of ${joined(names)} why it does not join: another gossip key ("EOF", "could decrypt"), or the name of its node`,
      ],
      title: `nobody of ${joined(names)} is in the WAN pool of the others: it has not joined, or the pool has lost it`,
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
      explains: dependsOn(distinct(failures.flatMap(({datacenters}) => datacenters)), model),
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
    return {
      explains: ({check}) => check === 'acl.replication' || check === 'access.token',
      fix: first.finding.fix ?? [],
      title: `${joined(failures.map(({finding}) => finding.subject))} does not replicate ACLs: ${first.finding.found ?? 'no success yet'}`,
    }
  },
}

/** Whether calls to it find no path, or no server of another datacenter that shows its pool has an alive member of it. */
function isAbsent(datacenter: Datacenter, about: Case): boolean {
  const {model, snapshot} = about
  const touches = ({datacenters}: JudgedFinding) => datacenters.includes(datacenter.name)
  const noPath = failuresOf(about, 'wan.rpc').filter(({finding}) => /No path to datacenter/i.test(finding.found ?? ''))
  if (noPath.some((failure) => targetOf(failure) === datacenter.name)) return true
  return failuresOf(about, 'wan.members').some(touches) && isUnseen(datacenter, model, snapshot)
}

function isUnseen(datacenter: Datacenter, {datacenters}: Federation, snapshot: Snapshot): boolean {
  const pools = datacenters
    .filter((other) => other !== datacenter)
    .flatMap(({servers}) => servers)
    .flatMap((server) => {
      const members = wanMembers(snapshot, server)
      return members.known ? [members.value] : []
    })
  const sees = (pool: (typeof pools)[number]) =>
    pool.some((member) => member.status === 'alive' && member.name.endsWith(`.${datacenter.name}`))
  return pools.length > 0 && !pools.some(sees)
}

/** `dc1 → dc2` of `dc1/dc1-s1 → dc2`. */
function wayOf({finding}: JudgedFinding): string {
  return finding.subject.replace(/\/\S+/, '')
}

function targetOf({finding}: JudgedFinding): string {
  return finding.subject.split(' → ')[1] ?? ''
}
