import {catalogServices} from '../consul/api.js'
import {openClient} from '../consul/access.js'
import type {ConsulClient} from '../consul/client.js'
import type {Datacenter, Federation} from '../federation/model.js'
import {primaryOf} from '../federation/selectors.js'
import type {RunbookContext} from './context.js'

/** How a datacenter's questions to another one fared. */
export interface LinkReport {
  readonly asked: number
  readonly from: string
  /** Questions that no server of `from` could answer. */
  readonly lost: number
  /** From the first loss to the last one, in milliseconds. */
  readonly lostForMs: number
  /** Why the last of them was lost, as the last server put it. */
  readonly reason: string | undefined
  readonly to: string
}

export interface LinkWatch {
  /** Ends the watch once the questions that are under way are answered or lost, at once where the run was cancelled. */
  stop(): Promise<LinkReport[]>
}

const pauseMs = 250
const answerWithinMs = 10_000
/** Of one direction: as many as are asked until the first has to be answered. */
const mostUnderWay = 40

interface Direction {
  asked: number
  readonly clients: readonly ConsulClient[]
  readonly from: string
  readonly losses: {readonly atMs: number; readonly reason: string}[]
  readonly to: string
  readonly underWay: Set<Promise<void>>
}

/** The pairs of datacenters that a move may disturb: the primary and the moved one with each other, and each of both with all others. */
export function linksOf(federation: Federation, moved: Datacenter): (readonly [Datacenter, Datacenter])[] {
  const primary = primaryOf(federation)
  const others = federation.datacenters.filter(({name}) => name !== primary.name && name !== moved.name)
  return [[primary, moved], ...[primary, moved].flatMap((one) => others.map((other) => [one, other] as const))]
}

/**
 * Asks four times a second in both directions for the catalog of the other datacenter, each question at every server of the asking datacenter
 * in turn until one answers. Consul answers a token that it does not know with an empty catalog, so an empty one is no answer.
 * Where too many are without an answer, the next is not put, and lost. What the run's end leaves open is no loss.
 */
export async function watchLink(
  pairs: readonly (readonly [Datacenter, Datacenter])[],
  context: RunbookContext,
): Promise<LinkWatch> {
  const {clock, signal} = context.ports
  const ended = new AbortController()
  const directions = await Promise.all(
    pairs.flatMap(([one, other]) => [directionOf(one, other, context), directionOf(other, one, context)]),
  )
  const askOrLose = (direction: Direction) => {
    const {losses, underWay} = direction
    const atMs = clock.monotonicMs()
    direction.asked += 1
    if (underWay.size >= mostUnderWay) {
      losses.push({atMs, reason: `${mostUnderWay} questions before it are without an answer`})
      return
    }
    const question = ask(direction, {atMs, signal, turn: direction.asked}).finally(() => underWay.delete(question))
    underWay.add(question)
  }
  const stopped = AbortSignal.any([signal, ended.signal])
  const watching = (async () => {
    while (!stopped.aborted) {
      for (const direction of directions) askOrLose(direction)
      await clock.sleep(pauseMs, stopped).catch(() => undefined)
    }
  })()
  return {
    async stop() {
      ended.abort()
      await watching
      await Promise.all(directions.flatMap(({underWay}) => [...underWay]))
      await Promise.all(directions.flatMap(({clients}) => clients.map((client) => client.close())))
      return directions.map(({asked, from, losses, to}) => ({
        asked,
        from,
        lost: losses.length,
        lostForMs: spanOf(losses.map(({atMs}) => atMs)),
        reason: losses.at(-1)?.reason,
        to,
      }))
    },
  }
}

async function directionOf(from: Datacenter, to: Datacenter, {ports, secrets}: RunbookContext): Promise<Direction> {
  const credentials = {env: ports.env, roles: ['management', 'verifier'] as const, secrets}
  const clients = await Promise.all(from.servers.map(({api}) => openClient(api, credentials)))
  return {asked: 0, clients, from: from.name, losses: [], to: to.name, underWay: new Set()}
}

interface Question {
  readonly atMs: number
  readonly signal: AbortSignal
  /** How many were asked before, so that each server is the first one at times. */
  readonly turn: number
}

async function ask({clients, losses, to}: Direction, {atMs, signal, turn}: Question): Promise<void> {
  let reason = ''
  for (let index = 0; index < clients.length; index += 1) {
    const client = clients[(turn + index) % clients.length]
    const problem = client && (await problemWith(client, to, signal))
    if (problem === undefined || signal.aborted) return
    reason = problem
  }
  losses.push({atMs, reason})
}

/** Questions end in another order than that in which they were asked. */
function spanOf(moments: readonly number[]): number {
  return moments.length === 0 ? 0 : Math.round(Math.max(...moments) - Math.min(...moments))
}

/** @returns Undefined where the question was answered. Whatever went wrong is a problem, since nobody waits for a question while the run works. */
async function problemWith(client: ConsulClient, datacenter: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const services: unknown = await catalogServices(client, datacenter, {signal, timeoutMs: answerWithinMs})
    if (typeof services !== 'object' || services === null || Array.isArray(services))
      return 'an answer that is no catalog'
    return Object.keys(services).length > 0 ? undefined : 'an empty catalog'
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
