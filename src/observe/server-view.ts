import type {CaRoots} from '../consul/types.js'
import type {Agent, Federation} from '../federation/model.js'
import {datacenterOf} from '../federation/selectors.js'
import {aclReplicationQuestion, permissionsQuestion, tokenQuestion} from './acl-facts.js'
import {agentQuestion} from './agent-facts.js'
import {autopilotQuestion} from './autopilot.js'
import {configEntriesQuestion} from './config-entries.js'
import {dropUndefined} from './drop-undefined.js'
import {catalogGatewaysQuestion, federationStatesQuestion} from './gateways.js'
import {wanRingUpTo} from './gossip-key-facts.js'
import {gossipKeysQuestion, wanGossipKeysQuestion} from './gossip-keys.js'
import {leaderQuestion} from './leader.js'
import {lanMembersQuestion, wanMembersQuestion} from './members.js'
import {type ExpectedNames, expectedNames, hiddenNames} from './hidden-names.js'
import type {Observation} from './observation.js'
import type {Question, Questioner} from './questioner.js'
import {askRemote} from './remote-answers.js'
import type {Answer, CaRootFacts, ServerView} from './snapshot.js'
import {
  anonymousRightsQuestion,
  gatewayTokenQuestion,
  replicatedNamesQuestion,
  replicationTokenQuestion,
} from './token-rights.js'
import type {WorkspaceSecrets} from './workspace-secrets.js'

/** What one server is asked about. */
export interface ServerQuestions {
  /** One for all servers. */
  readonly caRoots: Question<CaRoots, CaRootFacts>
  /** The Consul version that the file names for its datacenter. */
  readonly consul: string
  /** What its answers are expected to name; undefined where no token keeps it from that. */
  readonly expected: ExpectedNames | undefined
  /** Names under which the gateways of its datacenter are registered. */
  readonly gatewayServices: readonly string[]
  /** Secrets of tokens that it is asked about; none where the workspace holds none, or it is not the one to ask. */
  readonly held: {readonly gateway: string | undefined; readonly replication: string | undefined}
  readonly observations: ReadonlySet<Observation>
  /** Other datacenters that it is asked to pass questions on to. */
  readonly others: readonly string[]
  readonly secrets: WorkspaceSecrets
}

const defaultGatewayService = 'mesh-gateway'

/** What a server of `server`'s datacenter is to be asked, and about which of `datacenters`. */
export function questionsFor(
  federation: Federation,
  server: Agent,
  datacenters: readonly string[],
  observations: ReadonlySet<Observation>,
  secrets: WorkspaceSecrets,
): Omit<ServerQuestions, 'caRoots'> {
  const {consul, gateways, isPrimary} = datacenterOf(federation, server.datacenter)
  const services = new Set(gateways.map(({service}) => service))
  return {
    consul,
    expected: federation.acl.enabled ? expectedNames(federation, server.datacenter) : undefined,
    gatewayServices: services.size > 0 ? [...services] : [defaultGatewayService],
    held: {gateway: secrets.gatewayToken(), replication: isPrimary ? secrets.replicationToken() : undefined},
    observations: federation.acl.enabled ? observations : withoutAcls(observations),
    others: datacenters.filter((name) => name !== server.datacenter),
    secrets,
  }
}

const aboutAcls: ReadonlySet<Observation> = new Set([
  'acl-replication',
  'anonymous-rights',
  'gateway-token',
  'replication-token',
  'token',
])

/** Consul logs an error for each question about ACLs that are off; whether they are, the agent tells with its settings. */
function withoutAcls(observations: ReadonlySet<Observation>): ReadonlySet<Observation> {
  return new Set([...observations].filter((observation) => !aboutAcls.has(observation)))
}

/** Everything that one server is asked over its API, each thing once. */
export async function askServer(questioner: Questioner, questions: ServerQuestions): Promise<ServerView> {
  const {consul, gatewayServices, held, observations, others} = questions
  const ask = <A, T>(question: Question<A, T>): Promise<Answer<T>> | undefined =>
    observations.has(question.observation) ? questioner.ask(question) : undefined
  await askFirst(questioner, observations)
  const [own, remote] = await Promise.all([
    allOf<Omit<ServerView, 'clockOffsetMs' | 'filtered' | 'remote'>>({
      aclReplication: ask(aclReplicationQuestion),
      agent: ask(agentQuestion),
      anonymousRights: ask(anonymousRightsQuestion),
      autopilot: ask(autopilotQuestion),
      caRoots: ask(questions.caRoots),
      configEntries: ask(configEntriesQuestion(consul)),
      federationStates: ask(federationStatesQuestion),
      gatewayToken:
        held.gateway === undefined
          ? undefined
          : ask(gatewayTokenQuestion(held.gateway, gatewayServices, questions.expected?.lan ?? [])),
      gossipKeys: ask(gossipKeysQuestion(questions.secrets)),
      gateways: ask(catalogGatewaysQuestion(gatewayServices)),
      lanMembers: ask(lanMembersQuestion),
      leader: ask(leaderQuestion),
      permissions: ask(permissionsQuestion),
      replicationToken: held.replication === undefined ? undefined : ask(replicationTokenQuestion(held.replication)),
      token: ask(tokenQuestion),
      wanGossipKeys: others.length < wanRingUpTo ? ask(wanGossipKeysQuestion(questions.secrets)) : undefined,
      wanMembers: ask(wanMembersQuestion),
    }),
    wantsRemote(observations) ? askRemote(questioner, others, observations) : undefined,
  ])
  const [hidden, replicationToken] = await Promise.all([
    questions.expected && hiddenNames(questioner, questions.expected, own),
    withReplicatedNames(questioner, own, held.replication),
  ])
  const filtered = questioner.filtered()
  return dropUndefined<ServerView>({
    ...own,
    clockOffsetMs: observations.has('clock') ? questioner.clockOffsetMs() : undefined,
    filtered: filtered.length > 0 ? filtered : undefined,
    hidden,
    remote,
    replicationToken,
  })
}

/** The replication token with what it may not read of the entries that are there. */
async function withReplicatedNames(
  questioner: Questioner,
  {configEntries, replicationToken}: ServerView,
  secretId: string | undefined,
): Promise<ServerView['replicationToken']> {
  if (
    secretId === undefined ||
    !replicationToken?.ok ||
    !configEntries?.ok ||
    configEntries.value.entries.length === 0
  ) {
    return replicationToken
  }
  const refused = await questioner.ask(replicatedNamesQuestion(secretId, configEntries.value))
  const isRefused = refused.ok && refused.value.length > 0
  return isRefused ? {ok: true, value: {...replicationToken.value, refused: refused.value}} : replicationToken
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
