import type {ZodType} from 'zod'

import type {ConsulClient, RequestOptions} from '../consul/client.js'
import {RequestError} from '../consul/request-error.js'
import {answered, failed, failedBy} from './answer.js'
import {HeardClient} from './heard-client.js'
import type {Observation} from './observation.js'
import type {Round} from './round.js'
import type {ShareItems} from './share-items.js'
import type {Answer, AnswerFailure} from './snapshot.js'
import {patienceMs, takeTurns} from './turns.js'

/** One request and how to read what comes back. */
export interface Question<A, T> {
  /** Whether the agent answers it out of itself. Then no answer in time means that the agent is dead, not that others are. */
  readonly local?: boolean
  readonly observation: Observation
  readonly put: (client: ConsulClient, call: Pick<RequestOptions, 'signal' | 'timeoutMs'>) => Promise<A>
  /** May throw where the answer has another shape. */
  readonly read: (answer: A) => T
  /** What `read` has to have made, as a saved snapshot holds it. */
  readonly schema: ZodType<T>
}

/** Puts questions to one agent in one round. */
export interface Questioner {
  /** Asks once in a round: the same question again gets the same answer. */
  ask<A, T>(question: Question<A, T>): Promise<Answer<T>>
  /** The agent's clock minus our own in milliseconds, from the first answer: `Date` has whole seconds, so to about half a second. */
  clockOffsetMs(): number | undefined
  /** Observations of which Consul said that it left entries out. */
  filtered(): Observation[]
}

export type QuestionerOptions = Pick<Round, 'cancelled' | 'clock' | 'deadline' | 'requestTimeoutMs' | 'share' | 'turns'>

const halfASecondMs = 500
/** Requests to one agent at the same time: each that is more opens a connection of its own, which costs both sides more than the request. */
const requestsAtOnce = 6
const brokenConnection = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'])

/** Questions to the agent that `client` reaches. Once it has shown to be dead, further questions fail at once for the same reason. */
export function openQuestioner(client: ConsulClient, options: QuestionerOptions): Questioner {
  const {cancelled, clock, deadline, requestTimeoutMs, share = asItIs, turns} = options
  const call = {
    signal: AbortSignal.any([cancelled, deadline]),
    ...(requestTimeoutMs === undefined ? {} : {timeoutMs: requestTimeoutMs}),
  }
  const turn = takeTurns(requestsAtOnce, patienceMs, turns?.requests)
  const filtered = new Set<Observation>()
  const asked = new Map<unknown, Promise<unknown>>()
  let alive = false
  let clockOffsetMs: number | undefined
  let dead: AnswerFailure | undefined

  async function put<A, T>({observation, put: send}: Question<A, T>): Promise<{answer: A; where: string}> {
    const heard = new HeardClient(client, turn)
    const sentAt = clock.now().getTime()
    const answer = await send(heard, call)
    alive = true
    const middle = (sentAt + clock.now().getTime()) / 2
    if (heard.date) clockOffsetMs ??= Math.round(heard.date.getTime() + halfASecondMs - middle)
    if (heard.filtered) filtered.add(observation)
    return {answer, where: heard.where}
  }

  /** A kept connection may have been closed by an agent that was restarted: that alone is asked once more. */
  async function putAgain<A, T>(question: Question<A, T>): Promise<{answer: A; where: string}> {
    try {
      return await put(question)
    } catch (error) {
      if (!brokenConnection.has(codeOf(error))) throw error
      return put(question)
    }
  }

  async function askOnce<A, T>(question: Question<A, T>): Promise<Answer<T>> {
    if (dead) return {failure: dead, ok: false}
    if (deadline.aborted) return failed('timeout', 'not asked: the time for all questions together was over')
    try {
      const {answer, where} = await putAgain(question)
      return readAs(question, answer, where, share)
    } catch (error) {
      cancelled.throwIfAborted()
      if (deadline.aborted) return failed('timeout', 'no answer before the time for all questions together was over')
      const failure = failedBy(error)
      if (isAnswer(error)) alive = true
      else if (!alive && !failure.ok && showsDeath(error, question.local)) dead = failure.failure
      return failure
    }
  }

  return {
    ask<A, T>(question: Question<A, T>) {
      const answer = (asked.get(question) as Promise<Answer<T>> | undefined) ?? askOnce(question)
      asked.set(question, answer)
      return answer
    },
    clockOffsetMs: () => clockOffsetMs,
    filtered: () => [...filtered].sort(),
  }
}

/** A questioner for an agent that cannot be asked: every question has this answer. */
export function deafQuestioner(failure: Answer<never>): Questioner {
  return {ask: () => Promise.resolve(failure), clockOffsetMs: () => undefined, filtered: () => []}
}

function readAs<A, T>({read, schema}: Question<A, T>, answer: A, where: string, share: ShareItems): Answer<T> {
  try {
    return answered(share(schema.parse(read(answer))))
  } catch (error) {
    return failed('malformed', `${where}: the answer has another shape than expected${firstIssue(error)}`)
  }
}

function asItIs<T>(value: T): T {
  return value
}

/** Where the shape differs first, without quoting what stands there. */
function firstIssue(error: unknown): string {
  const {issues} = error as {issues?: {message: string; path: (number | string)[]}[]}
  const [issue] = issues ?? []
  return issue ? ` (${issue.path.join('.') || 'at the top'}: ${issue.message})` : ''
}

/** Whether Consul answered, though not with what was wanted. */
function isAnswer(error: unknown): boolean {
  return error instanceof RequestError && error.status !== undefined
}

/** Whether there is no way to the agent, or nobody behind it. A connection that breaks may be about this question, and costs no waiting. */
function showsDeath(error: unknown, local = false): boolean {
  if (!(error instanceof RequestError) || brokenConnection.has(codeOf(error))) return false
  if (error.kind === 'tls' || error.kind === 'unreachable') return true
  return error.kind === 'timeout' && (local || codeOf(error) === 'UND_ERR_CONNECT_TIMEOUT')
}

/** The code of the system's or undici's error behind a request that failed. */
function codeOf(error: unknown): string {
  const cause = error instanceof RequestError ? error.cause : undefined
  return (cause as NodeJS.ErrnoException | undefined)?.code ?? ''
}
