import pMap from 'p-map'

import {agentBeside} from '../federation/selectors.js'
import type {Agent} from '../federation/model.js'
import {agentQuestion} from './agent-facts.js'
import {failed, failedBy} from './answer.js'
import {caRootsQuestion} from './ca-roots.js'
import {dropUndefined} from './drop-undefined.js'
import {lastWordsOf} from './last-words.js'
import type {ProbeTrust} from './probe-trust.js'
import {deafQuestioner, openQuestioner, type Questioner} from './questioner.js'
import type {Round} from './round.js'
import {observeCertificateOnWire, readCertificateOnDisk} from './server-certificates.js'
import {askServer, questionsFor, type ServerQuestions} from './server-view.js'
import type {Answer, CertificateFacts, ClientView, ServerView} from './snapshot.js'
import {takeTurns} from './turns.js'

type CertificatesOfServer = Pick<ServerView, 'certificateOnDisk' | 'certificateOnWire'>

/** Agents that are asked at the same time: what is under way stays in memory. */
const atOnce = 24
/** What a server that is near and well takes at most for all its answers. One that takes longer holds nobody up. */
const serverPatienceMs = 2000

/** By id: what every server in scope was asked over its API. */
export async function observeServers(round: Round): Promise<Record<string, ServerView>> {
  const common = {caRoots: caRootsQuestion()}
  const turn = takeTurns(atOnce, serverPatienceMs)
  return ofServers(round, (server) => turn(() => observeServer(round, server, common)))
}

/** By id: the certificates of every server in scope, as far as they are asked for. */
export async function observeCertificates(
  round: Round,
  {anchors, identity}: ProbeTrust,
): Promise<Record<string, CertificatesOfServer>> {
  const {federation, observations} = round
  return ofServers(round, async (server) => {
    const [certificateOnDisk, certificateOnWire] = await Promise.all([
      observations.has('certificates-on-disk') ? readCertificateOnDisk(federation, server, anchors) : undefined,
      observations.has('certificates-on-wire') ? certificateOnWireOf(round, server, identity) : undefined,
    ])
    return dropUndefined<CertificatesOfServer>({certificateOnDisk, certificateOnWire})
  })
}

async function ofServers<T>(
  {datacenters}: Round,
  observeOne: (server: Agent) => Promise<T>,
): Promise<Record<string, T>> {
  const servers = datacenters.flatMap((datacenter) => datacenter.servers)
  return Object.fromEntries(
    await Promise.all(servers.map(async (server) => [server.id, await observeOne(server)] as const)),
  )
}

/** By id: the agents beside the gateways whose Envoy can be asked. They, not the servers, serve Envoy and say which versions they support. */
export async function observeGatewayAgents(round: Round): Promise<Record<string, ClientView>> {
  const agents = round.datacenters.flatMap((datacenter) =>
    datacenter.gateways
      .filter(({envoyAdmin}) => envoyAdmin !== undefined)
      .map((gateway) => agentBeside(datacenter, gateway)),
  )
  const entries = await pMap(
    new Set(agents),
    async (agent): Promise<[string, ClientView]> => {
      const questioner = await questionerFor(round, agent)
      return [agent.id, {agent: await questioner.ask(agentQuestion)}]
    },
    {concurrency: atOnce},
  )
  return Object.fromEntries(entries)
}

async function observeServer(
  round: Round,
  server: Agent,
  common: Pick<ServerQuestions, 'caRoots'>,
): Promise<ServerView> {
  const {datacenters, federation, observations, workspaceSecrets} = round
  const names = datacenters.map(({name}) => name)
  const questions = {...common, ...questionsFor(federation, server, names, observations, workspaceSecrets)}
  const view = await askServer(await questionerFor(round, server), questions)
  const isSilent = view.leader?.ok === false && view.leader.failure.kind === 'unreachable'
  const lastWords = isSilent ? await lastWordsOf(federation, server) : undefined
  return dropUndefined<ServerView>({...view, lastWords})
}

async function certificateOnWireOf(
  round: Round,
  server: Agent,
  identity: ProbeTrust['identity'],
): Promise<Answer<CertificateFacts>> {
  if ('skipped' in identity) return failed('not-found', `not probed: ${identity.skipped}`)
  return observeCertificateOnWire(round.federation, server, {...round, identity})
}

/** A token or certificate file that cannot be read is found once for every question to that agent. */
async function questionerFor(round: Round, agent: Agent): Promise<Questioner> {
  try {
    return openQuestioner(await round.clients.open(agent), round)
  } catch (error) {
    return deafQuestioner(failedBy(error))
  }
}
