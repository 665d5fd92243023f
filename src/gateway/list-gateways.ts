import {type Credentials, openClient} from '../consul/access.js'
import {federationStates} from '../consul/api.js'
import type {ConsulClient} from '../consul/client.js'
import {RequestError} from '../consul/request-error.js'
import type {FederationState, HealthCheck} from '../consul/types.js'
import {FedctlError} from '../errors/fedctl-error.js'
import {formatEndpoint} from '../federation/fields/endpoint.js'
import type {Agent, Datacenter, Federation, Gateway} from '../federation/model.js'
import {agentBeside, agentsOf, datacenterOf} from '../federation/selectors.js'
import {observeService, type RegisteredService} from './observe-service.js'
import {exposesServers, gatewayRegistration, registrationDifferences} from './registration.js'

/** What there is to know of one gateway. `unknown`: whoever had to say so did not. */
export interface GatewayRow {
  readonly agent: string
  /** The worst of its checks. */
  readonly check: 'none' | 'unknown' | HealthCheck['Status']
  readonly datacenter: string
  /** How its registration differs from the federation file. */
  readonly differences: readonly string[]
  readonly exposesServers: boolean | 'unknown'
  readonly id: string
  readonly lan: string
  readonly name: string
  /** By datacenter: whether its federation states have this gateway, at this WAN address. */
  readonly published: Readonly<Record<string, 'no' | 'other-address' | 'unknown' | 'yes'>>
  readonly registered: boolean | 'unknown'
  readonly wan: string
}

export interface GatewayList {
  readonly gateways: readonly GatewayRow[]
  /** Why something is unknown, by agent or datacenter. */
  readonly problems: readonly {readonly message: string; readonly subject: string}[]
  readonly schemaVersion: 1
}

export interface ListOptions extends Pick<Credentials, 'env' | 'secrets'> {
  readonly signal: AbortSignal
}

type Known<T> = {readonly known: false; readonly why: Error} | {readonly known: true; readonly value: T}

/**
 * What Consul knows of gateways: the agent beside each one is asked for its registration, and every datacenter for its federation states.
 * @throws FedctlError `consul.unreachable` where nobody answers at all.
 */
export async function listGateways(
  federation: Federation,
  gateways: readonly Gateway[],
  options: ListOptions,
): Promise<GatewayList> {
  const [services, states] = await Promise.all([
    Promise.all(gateways.map(async (gateway) => askAgent(federation, gateway, options))),
    Promise.all(federation.datacenters.map(async (datacenter) => askDatacenter(datacenter, options))),
  ])
  refuseSilence([...services, ...states])
  return {
    gateways: gateways.map((gateway, index) => {
      const published = federation.datacenters.map(({name}, at) => [name, publication(gateway, states[at])] as const)
      return rowOf(federation, gateway, services[index], Object.fromEntries(published))
    }),
    problems: [
      ...gateways.flatMap((gateway, index) => problemOf(agentOf(federation, gateway).id, services[index])),
      ...federation.datacenters.flatMap(({name}, index) => problemOf(`federation states of ${name}`, states[index])),
    ],
    schemaVersion: 1,
  }
}

async function askAgent(
  federation: Federation,
  gateway: Gateway,
  options: ListOptions,
): Promise<Known<RegisteredService | undefined>> {
  return ask([agentOf(federation, gateway)], options, async (client) =>
    observeService(client, gateway.name, options.signal),
  )
}

/** The first agent of the datacenter that answers speaks for it. */
async function askDatacenter(datacenter: Datacenter, options: ListOptions): Promise<Known<FederationState[]>> {
  return ask(agentsOf(datacenter), options, async (client) => federationStates(client, {signal: options.signal}))
}

async function ask<T>(
  agents: readonly Agent[],
  {env, secrets, signal}: ListOptions,
  question: (client: ConsulClient) => Promise<T>,
): Promise<Known<T>> {
  let why: Error = new Error('there is no agent to ask')
  for (const agent of agents) {
    const client = await openClient(agent.api, {env, roles: ['verifier', 'management', 'gateway'], secrets})
    try {
      return {known: true, value: await question(client)}
    } catch (error) {
      signal.throwIfAborted()
      if (!(error instanceof RequestError)) throw error
      why = error
    } finally {
      await client.close()
    }
  }
  return {known: false, why}
}

function rowOf(
  federation: Federation,
  gateway: Gateway,
  answer: Known<RegisteredService | undefined> | undefined,
  published: GatewayRow['published'],
): GatewayRow {
  const {address, datacenter, id, name, port, wanAddress, wanPort} = gateway
  const service = answer?.known ? answer.value : undefined
  const ifKnown = <T>(value: T) => (answer?.known ? value : 'unknown')
  return {
    agent: agentOf(federation, gateway).id,
    check: ifKnown(worst(service?.checks ?? [])),
    datacenter,
    differences: service ? registrationDifferences(gatewayRegistration(gateway), service) : [],
    exposesServers: ifKnown(service?.service.Meta?.[exposesServers] === '1'),
    id,
    lan: formatEndpoint({host: address, port}),
    name,
    published,
    registered: ifKnown(service !== undefined),
    wan: formatEndpoint({host: wanAddress, port: wanPort}),
  }
}

function worst(checks: readonly HealthCheck[]): HealthCheck['Status'] | 'none' {
  const order = ['maintenance', 'critical', 'warning', 'passing'] as const
  return order.find((status) => checks.some((check) => check.Status === status)) ?? 'none'
}

function publication(gateway: Gateway, states: Known<FederationState[]> | undefined): GatewayRow['published'][string] {
  if (!states?.known) return 'unknown'
  const state = states.value.find(({Datacenter: name}) => name === gateway.datacenter)
  const found = state?.MeshGateways?.find(({Service}) => Service.ID === gateway.name)
  if (!found) return 'no'
  const wan = found.Service.TaggedAddresses?.wan
  return wan?.Address === gateway.wanAddress && wan.Port === gateway.wanPort ? 'yes' : 'other-address'
}

function problemOf(subject: string, answer: Known<unknown> | undefined): GatewayList['problems'] {
  return answer && !answer.known ? [{message: answer.why.message, subject}] : []
}

function refuseSilence(answers: readonly Known<unknown>[]): void {
  const [first] = answers
  if (!first || first.known || !answers.every(isSilent)) return
  throw new FedctlError(
    'consul.unreachable',
    `no agent of the federation answers; the first one: ${first.why.message}`,
    {
      cause: first.why,
      suggestions: [
        'see whether the agents run, and whether this machine can reach the addresses in the federation file',
      ],
    },
  )
}

/** A refusal is an answer too. */
function isSilent(answer: Known<unknown>): boolean {
  return !answer.known && !(answer.why instanceof RequestError && answer.why.status !== undefined)
}

function agentOf(federation: Federation, gateway: Gateway): Agent {
  return agentBeside(datacenterOf(federation, gateway.datacenter), gateway)
}
