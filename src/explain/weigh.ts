import type {Answer} from './answer.js'
import {knownTexts} from './known-texts.js'
import type {Span} from './log-times.js'

/** What fails is tried again within so many milliseconds, so what was not seen for longer at the end of a log is over. In a short log half of it counts. */
const overAfterMs = 300_000

/** An answer to lines of a log, and when those were written; undefined where they have no times. */
export interface SeenAnswer {
  readonly answer: Answer
  readonly span: Span | undefined
}

const ranks = ['cause', 'sign', 'cause, over', 'sign, over', 'ordinary', 'ordinary, over']

/**
 * @param span of the log; undefined where it has no times.
 * @returns Causes that go on, then signs that do, then both that are over, then what is ordinary; of signs those of most lines first, else the most telling.
 */
export function byWeight(answers: readonly SeenAnswer[], span: Span | undefined): Answer[] {
  const place = new Map(knownTexts.map(({id}, index) => [id, index]))
  return answers
    .map(({answer, span: own}) => (isOver(answer, own, span) ? {...answer, over: true as const} : answer))
    .sort(
      (one, other) =>
        rankOf(one) - rankOf(other) || moreLines(one, other) || (place.get(one.id) ?? 0) - (place.get(other.id) ?? 0),
    )
}

/** A single line may give a cause away. Of signs those that come again and again say more. */
function moreLines(one: Answer, other: Answer): number {
  return one.weight === 'sign' ? (other.lines ?? 0) - (one.lines ?? 0) : 0
}

function rankOf({over, weight = 'cause'}: Answer): number {
  return ranks.indexOf(over ? `${weight}, over` : weight)
}

function isOver({id}: Answer, own: Span | undefined, log: Span | undefined): boolean {
  if (own === undefined || log === undefined) return false
  if (knownTexts.find((known) => known.id === id)?.saidOnce) return false
  return log.last.at - own.last.at > Math.min(overAfterMs, (log.last.at - log.first.at) / 2)
}
