import type {Answer} from './answer.js'
import {knownTexts} from './known-texts.js'
import {instantOf} from './log-line.js'

/** What fails is tried again within so many milliseconds, so what was not seen for longer at the end of a log is over. In a short log half of it counts. */
const overAfterMs = 300_000

/** The times of the first and last line of a log. */
export interface Span {
  readonly first: string
  readonly last: string
}

const ranks = ['cause', 'sign', 'cause, over', 'sign, over', 'ordinary', 'ordinary, over']

/**
 * @param span of the log; undefined where it has no times.
 * @returns Causes that go on, then signs that do, then both that are over, then what is ordinary; of each the most telling first.
 */
export function byWeight(answers: readonly Answer[], span: Span | undefined): Answer[] {
  const place = new Map(knownTexts.map(({id}, index) => [id, index]))
  return answers
    .map((answer) => (isOver(answer, span) ? {...answer, over: true as const} : answer))
    .sort((one, other) => rankOf(one) - rankOf(other) || (place.get(one.id) ?? 0) - (place.get(other.id) ?? 0))
}

function rankOf({over, weight = 'cause'}: Answer): number {
  return ranks.indexOf(over ? `${weight}, over` : weight)
}

function isOver({id, last}: Answer, span: Span | undefined): boolean {
  if (last === undefined || span === undefined) return false
  if (knownTexts.find((known) => known.id === id)?.saidOnce) return false
  const end = instantOf(span.last)
  return end - instantOf(last) > Math.min(overAfterMs, (end - instantOf(span.first)) / 2)
}
