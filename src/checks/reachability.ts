import type {Answer, ServerView, Snapshot} from '../observe/snapshot.js'
import {didAnswer} from './answers.js'

/** Whether no server, gateway or port of the federation gave any answer; of an API a refusal is one. Then there is nothing to judge. */
export function nothingReachable({envoys, paths, servers}: Snapshot): boolean {
  const views = Object.values(servers)
  const connections = [
    ...views.map(({certificateOnWire}) => certificateOnWire),
    ...Object.values(envoys),
    ...paths.map(({result}) => result),
  ]
  return !views.flatMap(apiAnswersOf).some(didAnswer) && !connections.some((answer) => answer?.ok)
}

/** What came over the API of a server. Of other datacenters, `not-found` says that the question was not put. */
export function apiAnswersOf(view: ServerView): Answer<unknown>[] {
  const remote = Object.values(view.remote ?? {})
    .flatMap(({leader, services}) => [leader, services])
    .filter((answer) => answer.ok || answer.failure.kind !== 'not-found')
  const own = [
    view.aclReplication,
    view.agent,
    view.anonymousRights,
    view.autopilot,
    view.caRoots,
    view.configEntries,
    view.federationStates,
    view.gatewayToken,
    view.gateways,
    view.gossipKeys,
    view.lanMembers,
    view.leader,
    view.permissions,
    view.replicationToken,
    view.token,
    view.wanMembers,
  ]
  return [...own, ...remote].filter((answer) => answer !== undefined)
}
