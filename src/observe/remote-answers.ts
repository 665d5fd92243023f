import pMap from 'p-map'

import {catalogServices, statusLeader} from '../consul/api.js'
import {failed} from './answer.js'
import type {Observation} from './observation.js'
import type {Question, Questioner} from './questioner.js'
import type {RemoteAnswers} from './snapshot.js'
import {leaderSchema, servicesSchema} from './snapshot-schema.js'

/** Datacenters that one server is asked about at the same time: a way that leads nowhere is silent until the request times out. */
const atOnce = 6

/** What comes back from other datacenters when this server passes a question on: the only proof that RPC between them works. */
export async function askRemote(
  questioner: Questioner,
  datacenters: readonly string[],
  observations: ReadonlySet<Observation>,
): Promise<Record<string, RemoteAnswers>> {
  const notAsked = failed('not-found', 'not asked')
  const entries = await pMap(
    datacenters,
    async (datacenter): Promise<[string, RemoteAnswers]> => {
      const [leader, services] = await Promise.all([
        observations.has('remote-leader') ? questioner.ask(remoteLeader(datacenter)) : notAsked,
        observations.has('remote-services') ? questioner.ask(remoteServices(datacenter)) : notAsked,
      ])
      return [datacenter, {leader, services}]
    },
    {concurrency: atOnce},
  )
  return Object.fromEntries(entries)
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
