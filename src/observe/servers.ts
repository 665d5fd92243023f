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

/** Agents that are asked at the same time. Each has its own time-outs: one that hangs holds a place and nothing else. */
const atOnce = 16

/** By id: what every server in scope was asked. Certificates are looked at beside that: a probe that waits for its turn keeps no question waiting. */
export async function observeServers(round: Round, trust: ProbeTrust): Promise<Record<string, ServerView>> {
  const servers = round.datacenters.flatMap((datacenter) => datacenter.servers)
  const common = {caRoots: caRootsQuestion()}
  const [certificates, views] = await Promise.all([
    Promise.all(servers.map((server) => observeCertificates(round, server, trust))),
    pMap(servers, (server) => observeServer(round, server, common), {concurrency: atOnce}),
  ])
  return Object.fromEntries(servers.map(({id}, index) => [id, {...views[index], ...certificates[index]}]))
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

type Certificates = Pick<ServerView, 'certificateOnDisk' | 'certificateOnWire'>

async function observeCertificates(round: Round, server: Agent, trust: ProbeTrust): Promise<Certificates> {
  const {federation, observations} = round
  const [certificateOnDisk, certificateOnWire] = await Promise.all([
    observations.has('certificates-on-disk') ? readCertificateOnDisk(federation, server, trust.anchors) : undefined,
    observations.has('certificates-on-wire') ? certificateOnWireOf(round, server, trust) : undefined,
  ])
  return dropUndefined<Certificates>({certificateOnDisk, certificateOnWire})
}

async function certificateOnWireOf(round: Round, server: Agent, trust: ProbeTrust): Promise<Answer<CertificateFacts>> {
  if ('skipped' in trust.identity) return failed('not-found', `not probed: ${trust.identity.skipped}`)
  return observeCertificateOnWire(round.federation, server, {...round, identity: trust.identity})
}

/** A token or certificate file that cannot be read is found once for every question to that agent. */
async function questionerFor(round: Round, agent: Agent): Promise<Questioner> {
  try {
    return openQuestioner(await round.clients.open(agent), round)
  } catch (error) {
    return deafQuestioner(failedBy(error))
  }
}
