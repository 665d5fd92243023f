import pMap from 'p-map'

import type {Credentials} from '../consul/access.js'
import {defaults} from '../federation/defaults.js'
import {dropUndefined} from '../observe/drop-undefined.js'
import {redactStrings} from '../observe/redact-strings.js'
import {openQuestioner, type Question, type Questioner, type QuestionerOptions} from '../observe/questioner.js'
import type {Answer} from '../observe/snapshot.js'
import type {Ports} from '../system/ports.js'
import {Redactor} from '../system/redaction.js'
import type {Contact} from './contact.js'
import type {Explored, FoundGateway} from './explored.js'
import {type ApiHabits, askAt, findApi} from './find-api.js'
import {foundServers} from './found-servers.js'
import {
  anonymousQuestion,
  catalogGatewaysQuestion,
  catalogServersQuestion,
  datacentersQuestion,
  meshGatewayModeQuestion,
  publishedGatewaysQuestion,
  replicationQuestion,
  wanServersQuestion,
} from './questions.js'

/** Servers that are asked at the same time. */
const atOnce = 32
const overallTimeoutMs = 60_000

/** Asks the first agent about the whole federation, and then every server that it names about itself. Nothing is changed. */
export async function explore(
  contact: Contact,
  credentials: Credentials,
  {clock, signal}: Pick<Ports, 'clock' | 'signal'>,
): Promise<Explored> {
  const options: QuestionerOptions = {cancelled: signal, clock, deadline: AbortSignal.timeout(overallTimeoutMs)}
  const asked = openQuestioner(contact.client, options)
  const {facts} = contact.agent
  const habits = {access: contact.access, contact: contact.agent, credentials, domain: facts.domain ?? defaults.domain}
  const [known, members] = await Promise.all([asked.ask(datacentersQuestion), asked.ask(wanServersQuestion)])
  const wanMembers = valueOr(members, [])
  const datacenters = [
    ...new Set([facts.datacenter, ...valueOr(known, []), ...wanMembers.map(({datacenter}) => datacenter)]),
  ]
  const told = {...(await askFederation(asked, datacenters)), wanMembers}
  const agents = await askServers(told, datacenters, habits, options)
  const more = {...told, ...(await askAround(told, agents, habits, options))}
  const others = await askServers(more, datacenters, habits, options, agents)
  const redactor = new Redactor()
  redactor.add(() => [contact.client.access.token ?? ''])
  const explored = {...more, agents: {...agents, ...others}, contact: contact.agent, datacenters}
  return redactStrings(dropUndefined<Explored>(explored), redactor)
}

interface FromContact extends Pick<Explored, 'catalog' | 'gateways' | 'replication'> {
  readonly anonymousReads: boolean | undefined
  readonly meshGatewayMode: string | undefined
}

async function askFederation(asked: Questioner, datacenters: readonly string[]): Promise<FromContact> {
  const each = async <A, T>(question: (datacenter: string) => Question<A, T>): Promise<Record<string, Answer<T>>> => {
    const entries = datacenters.map(async (name) => [name, await asked.ask(question(name))] as const)
    return Object.fromEntries(await Promise.all(entries))
  }
  const [catalog, published, byName, replication, anonymous, mode] = await Promise.all([
    each(catalogServersQuestion),
    asked.ask(publishedGatewaysQuestion),
    each(catalogGatewaysQuestion),
    each(replicationQuestion),
    asked.ask(anonymousQuestion),
    asked.ask(meshGatewayModeQuestion),
  ])
  return {
    anonymousReads: valueOr<boolean | undefined>(anonymous, undefined),
    catalog,
    gateways: Object.fromEntries(datacenters.map((name) => [name, gatewaysOf(published, byName[name], name)])),
    meshGatewayMode: valueOr<string | undefined>(mode, undefined),
    replication,
  }
}

/** A federation state has every gateway, under whatever name; the catalog answers where there is none. */
function gatewaysOf(
  published: Answer<Readonly<Record<string, readonly FoundGateway[]>>>,
  byName: Answer<readonly FoundGateway[]> | undefined,
  datacenter: string,
): Answer<readonly FoundGateway[]> {
  const inState = published.ok ? (published.value[datacenter] ?? []) : []
  if (inState.length > 0 || !byName) return {ok: true, value: inState}
  if (byName.ok || !published.ok) return byName
  return {ok: true, value: inState}
}

/** What the first agent could not tell: a client agent has no WAN pool, and another datacenter may not answer it. Servers that were found are asked. */
async function askAround(
  told: Pick<Explored, 'catalog' | 'wanMembers'>,
  agents: Explored['agents'],
  habits: ApiHabits,
  options: QuestionerOptions,
): Promise<Pick<Explored, 'catalog' | 'wanMembers'>> {
  const answering = Object.entries(agents).filter(([, {answer}]) => answer.ok)
  const [any] = answering
  const wan = told.wanMembers.length === 0 && any ? await askAt(any[1], wanServersQuestion, habits, options) : undefined
  const catalog = await Promise.all(
    Object.entries(told.catalog).map(async ([datacenter, answer]) => {
      const own = answering.find(([id]) => id.startsWith(`${datacenter}/`))
      if (answer.ok || !own) return [datacenter, answer] as const
      return [datacenter, await askAt(own[1], catalogServersQuestion(datacenter), habits, options)] as const
    }),
  )
  return {catalog: Object.fromEntries(catalog), wanMembers: wan ? valueOr(wan, []) : told.wanMembers}
}

/** Every server that was found and that `done` does not have. */
async function askServers(
  told: Pick<Explored, 'catalog' | 'wanMembers'>,
  datacenters: readonly string[],
  habits: ApiHabits,
  options: QuestionerOptions,
  done: Explored['agents'] = {},
): Promise<Explored['agents']> {
  const servers = datacenters.flatMap((name) => foundServers(told, name)).filter(({id}) => !done[id])
  const found = await pMap(servers, async (server) => [server.id, await findApi(server, habits, options)] as const, {
    concurrency: atOnce,
  })
  return Object.fromEntries(found)
}

function valueOr<T>(answer: Answer<T>, otherwise: T): T {
  return answer.ok ? answer.value : otherwise
}
