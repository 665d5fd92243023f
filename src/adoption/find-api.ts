import {type Credentials, openClient} from '../consul/access.js'
import {bracketed} from '../federation/fields/endpoint.js'
import type {ApiAccess} from '../federation/model.js'
import {failed} from '../observe/answer.js'
import {openQuestioner, type Question, type QuestionerOptions} from '../observe/questioner.js'
import type {Answer} from '../observe/snapshot.js'
import type {AgentAnswer, FoundAgent} from './explored.js'
import type {FoundServer} from './found-servers.js'
import {agentQuestion} from './questions.js'

/** What the first agent has shown about how APIs are reached here. */
export interface ApiHabits {
  /** How the first agent was reached. */
  readonly access: ApiAccess
  readonly contact: AgentAnswer
  readonly credentials: Credentials
  readonly domain: string
}

interface Candidate {
  readonly serverName?: string
  readonly url: string
}

/** Where the API of a server answers: at the URL of the first agent if it is that one, else at its addresses and the same port. */
export async function findApi(server: FoundServer, habits: ApiHabits, options: QuestionerOptions): Promise<FoundAgent> {
  let first: FoundAgent | undefined
  const silent = new Set<string>()
  for (const candidate of candidatesFor(server, habits)) {
    if (silent.has(candidate.url)) continue
    const found = {...candidate, answer: await askAgent(server, candidate, habits, options)}
    if (found.answer.ok || found.answer.failure.kind === 'forbidden') return found
    if (['timeout', 'unreachable'].includes(found.answer.failure.kind)) silent.add(candidate.url)
    first ??= found
  }
  return first ?? {answer: failed('unreachable', 'it has no address'), url: ''}
}

/** Addresses of the API of a server, the likeliest first. Over https each with the name in Consul's own certificates, then with the name that was given. */
function candidatesFor(server: FoundServer, {access, contact, domain}: ApiHabits): Candidate[] {
  const {facts, ports} = contact
  const {hostname, port, protocol} = new URL(access.url)
  const isContact = facts.nodeName === server.name && facts.datacenter === server.datacenter
  const hosts = isContact ? [hostname] : distinct([server.address, server.wanAddress ?? server.address]).map(bracketed)
  const own = ports[protocol === 'https:' ? 'https' : 'http'] ?? -1
  const given = Number(port) || (protocol === 'https:' ? 443 : 80)
  const usable = isContact ? [given] : distinct([given, ...(own > 0 ? [own] : [])])
  const names = [`server.${server.datacenter}.${domain}`, access.serverName]
  return hosts.flatMap((host) =>
    usable.flatMap((number) => {
      const url = `${protocol}//${host}:${number}`
      if (protocol === 'http:') return [{url}]
      return distinct(names).map((serverName) => (serverName === undefined ? {url} : {serverName, url}))
    }),
  )
}

/** Another agent that answers at that address does not count. */
async function askAgent(
  server: FoundServer,
  candidate: Candidate,
  habits: ApiHabits,
  options: QuestionerOptions,
): Promise<Answer<AgentAnswer>> {
  const answer = await askAt(candidate, agentQuestion, habits, options)
  if (!answer.ok) return answer
  const {datacenter, nodeName} = answer.value.facts
  if (nodeName === server.name && datacenter === server.datacenter) return answer
  return failed('malformed', `${candidate.url} is the API of ${datacenter}/${nodeName}`)
}

/** Puts one question to the API at an address. */
export async function askAt<A, T>(
  {serverName, url}: Candidate,
  question: Question<A, T>,
  {access, credentials}: Pick<ApiHabits, 'access' | 'credentials'>,
  options: QuestionerOptions,
): Promise<Answer<T>> {
  const {serverName: _ofContact, ...others} = access
  const client = await openClient({...others, url, ...(serverName === undefined ? {} : {serverName})}, credentials)
  try {
    return await openQuestioner(client, options).ask(question)
  } finally {
    await client.close()
  }
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)]
}
