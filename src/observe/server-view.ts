import type {Agent, Federation} from '../federation/model.js'
import {aclReplicationQuestion, permissionsQuestion, tokenQuestion} from './acl-facts.js'
import {agentQuestion} from './agent-facts.js'
import {autopilotQuestion} from './autopilot.js'
import {caRootsQuestion} from './ca-roots.js'
import {dropUndefined} from './drop-undefined.js'
import {catalogGatewaysQuestion, federationStatesQuestion} from './gateways.js'
import {leaderQuestion} from './leader.js'
import {lanMembersQuestion, wanMembersQuestion} from './members.js'
import type {Observation} from './observation.js'
import type {Question, Questioner} from './questioner.js'
import {askRemote} from './remote-answers.js'
import type {Answer, ServerView} from './snapshot.js'

/** What one server is asked about. */
export interface ServerQuestions {
  /** Names under which the gateways of its datacenter are registered. */
  readonly gatewayServices: readonly string[]
  readonly observations: ReadonlySet<Observation>
  /** Other datacenters that it is asked to pass questions on to. */
  readonly others: readonly string[]
}

const defaultGatewayService = 'mesh-gateway'

/** What a server of `server`'s datacenter is to be asked, and about which of `datacenters`. */
export function questionsFor(
  federation: Federation,
  server: Agent,
  datacenters: readonly string[],
  observations: ReadonlySet<Observation>,
): ServerQuestions {
  const gateways = federation.datacenters.find(({name}) => name === server.datacenter)?.gateways ?? []
  const services = new Set(gateways.map(({service}) => service))
  return {
    gatewayServices: services.size > 0 ? [...services] : [defaultGatewayService],
    observations,
    others: datacenters.filter((name) => name !== server.datacenter),
  }
}

/** Everything that one server is asked over its API, each thing once. */
export async function askServer(questioner: Questioner, questions: ServerQuestions): Promise<ServerView> {
  const {gatewayServices, observations, others} = questions
  const ask = <A, T>(question: Question<A, T>): Promise<Answer<T>> | undefined =>
    observations.has(question.observation) ? questioner.ask(question) : undefined
  await askFirst(questioner, observations)
  const [own, remote] = await Promise.all([
    allOf<Omit<ServerView, 'clockOffsetMs' | 'filtered' | 'remote'>>({
      aclReplication: ask(aclReplicationQuestion),
      agent: ask(agentQuestion),
      autopilot: ask(autopilotQuestion),
      caRoots: ask(caRootsQuestion),
      federationStates: ask(federationStatesQuestion),
      gateways: ask(catalogGatewaysQuestion(gatewayServices)),
      lanMembers: ask(lanMembersQuestion),
      leader: ask(leaderQuestion),
      permissions: ask(permissionsQuestion),
      token: ask(tokenQuestion),
      wanMembers: ask(wanMembersQuestion),
    }),
    wantsRemote(observations) ? askRemote(questioner, others, observations) : undefined,
  ])
  const filtered = questioner.filtered()
  return dropUndefined<ServerView>({
    ...own,
    clockOffsetMs: observations.has('clock') ? questioner.clockOffsetMs() : undefined,
    filtered: filtered.length > 0 ? filtered : undefined,
    remote,
  })
}

/**
 * Asks first and alone what the server answers out of itself: where nothing comes back, the other questions are not waited for.
 * The clock is read from the question that needs no token.
 */
async function askFirst(questioner: Questioner, observations: ReadonlySet<Observation>): Promise<void> {
  if (observations.has('leader') || observations.has('clock')) await questioner.ask(leaderQuestion)
  else if (observations.has('agent')) await questioner.ask(agentQuestion)
  else if (observations.has('wan-members')) await questioner.ask(wanMembersQuestion)
  else if (observations.has('lan-members')) await questioner.ask(lanMembersQuestion)
}

function wantsRemote(observations: ReadonlySet<Observation>): boolean {
  return observations.has('remote-leader') || observations.has('remote-services')
}

/** Waits for all properties at once. */
async function allOf<T extends object>(promises: {[K in keyof T]: Promise<T[K]> | undefined}): Promise<T> {
  const entries = Object.entries<Promise<unknown> | undefined>(promises)
  return Object.fromEntries(
    await Promise.all(entries.map(async ([name, promise]) => [name, await promise] as const)),
  ) as T
}
