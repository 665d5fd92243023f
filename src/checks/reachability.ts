import type {Answer, ServerView, Snapshot} from '../observe/snapshot.js'
import {didAnswer} from './answers.js'

/** Whether no server, gateway or port of the federation gave any answer, not even a refusal. Then there is nothing to judge. */
export function nothingReachable({envoys, paths, servers}: Snapshot): boolean {
  const answers = [
    ...Object.values(servers).flatMap(answersOf),
    ...Object.values(envoys),
    ...paths.map(({result}) => result),
  ]
  return !answers.some(didAnswer)
}

/** What came from the server itself. Its certificate in the workspace says nothing, nor does a question that was not put (`not-found`). */
function answersOf(view: ServerView): Answer<unknown>[] {
  const remote = Object.values(view.remote ?? {})
    .flatMap(({leader, services}) => [leader, services])
    .filter((answer) => answer.ok || answer.failure.kind !== 'not-found')
  const own = [
    view.aclReplication,
    view.agent,
    view.autopilot,
    view.caRoots,
    view.certificateOnWire,
    view.federationStates,
    view.gateways,
    view.lanMembers,
    view.leader,
    view.permissions,
    view.token,
    view.wanMembers,
  ]
  return [...own, ...remote].filter((answer) => answer !== undefined)
}
