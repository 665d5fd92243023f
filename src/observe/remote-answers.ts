import pMap from 'p-map'

import {catalogServices, statusLeader} from '../consul/api.js'
import {failed} from './answer.js'
import type {Observation} from './observation.js'
import type {Question, Questioner} from './questioner.js'
import type {Answer, RemoteAnswers} from './snapshot.js'
import {leaderSchema, servicesSchema} from './snapshot-schema.js'

/** Datacenters that one server is asked about at the same time: a way that leads nowhere is silent until the request times out. */
const atOnce = 6

/**
 * What comes back from other datacenters when this server passes a question on: the only proof that RPC between them works. Who leads there is asked
 * only where the token may hide the services, since that needs none: with many datacenters these are most of all questions.
 */
export async function askRemote(
  questioner: Questioner,
  datacenters: readonly string[],
  observations: ReadonlySet<Observation>,
): Promise<Record<string, RemoteAnswers>> {
  const notAsked = failed('not-found', 'not asked')
  const entries = await pMap(
    datacenters,
    async (datacenter): Promise<[string, RemoteAnswers]> => {
      const wantsServices = observations.has('remote-services')
      const services = wantsServices ? await questioner.ask(remoteServices(datacenter)) : notAsked
      const wantsLeader = observations.has('remote-leader') && (!wantsServices || mayBeHidden(services))
      return [datacenter, {leader: wantsLeader ? await questioner.ask(remoteLeader(datacenter)) : notAsked, services}]
    },
    {concurrency: atOnce},
  )
  return Object.fromEntries(entries)
}

function mayBeHidden(services: Answer<number>): boolean {
  return services.ok ? services.value === 0 : services.failure.kind === 'forbidden'
}

function remoteLeader(datacenter: string): Question<string, string> {
  return {
    observation: 'remote-leader',
    put: (client, call) => statusLeader(client, datacenter, call),
    read: (leader) => leader,
    schema: leaderSchema,
  }
}

function remoteServices(datacenter: string): Question<Record<string, string[]>, number> {
  return {
    observation: 'remote-services',
    put: (client, call) => catalogServices(client, datacenter, call),
    read: (services) => Object.keys(services).length,
    schema: servicesSchema,
  }
}
