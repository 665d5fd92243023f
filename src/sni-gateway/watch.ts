import type {ConsulClient} from '../consul/client.js'
import type {Clock} from '../system/clock.js'

export interface Watch {
  /** @returns Whether the answer is worth waiting for a newer one; if not, it is asked again soon. */
  readonly onAnswer: (body: unknown) => boolean
  readonly onFailure: (error: unknown) => void
  readonly path: string
}

/** How long Consul may hold a question open. Rights are judged anew with each question, so a new token counts after this time at the latest. */
const waitMs = 10_000
/** Consul answers up to a sixteenth later than asked (website: features/blocking). */
const answerWithinMs = waitMs * (1 + 1 / 16) + 5000
const betweenAnswersMs = 100
const askAgainMs = 1000
const firstRetryMs = 250
const longestRetryMs = 5000

/**
 * Asks with blocking queries until `signal` is aborted: each answer comes as soon as it changes. After failures it asks again, more and more slowly.
 * Resolves when aborted; never rejects.
 */
export async function watch(
  client: ConsulClient,
  {onAnswer, onFailure, path}: Watch,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  let index: number | undefined
  let failures = 0
  while (!signal.aborted) {
    let pauseMs: number
    try {
      const query: Record<string, string> = index === undefined ? {} : {index: String(index), wait: `${waitMs}ms`}
      const answer = await client.send(path, {query, signal, timeoutMs: answerWithinMs})
      failures = 0
      index = onAnswer(answer.body) ? nextIndex(index, answer.index) : undefined
      pauseMs = index === undefined ? askAgainMs : betweenAnswersMs
    } catch (error) {
      if (signal.aborted) return
      onFailure(error)
      index = undefined
      pauseMs = Math.min(firstRetryMs * 2 ** failures, longestRetryMs)
      failures += 1
    }
    await pause(pauseMs, clock, signal)
  }
}

/** An index that goes backwards belongs to a restored or rebuilt Consul: begin again. */
function nextIndex(previous = 0, next: number | undefined): number | undefined {
  return next !== undefined && next >= previous ? next : undefined
}

async function pause(ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
  try {
    await clock.sleep(ms, signal)
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
