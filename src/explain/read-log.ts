import type {Answer, LogAccount} from './answer.js'
import {readLogLine} from './log-line.js'
import {counted, kindOf, momentsOf, widened, type Dated, type Moments, type Span, type Spans} from './log-times.js'
import {leavesReason, recognise} from './recognise.js'
import {byWeight} from './weigh.js'

/** So much of the text is kept to be read as one message. Characters. */
const longestMessage = 16_384
/** So many different texts that nobody knows are kept; the others are counted. */
const mostUnknown = 200

/** What a log says, and how much of it that is. */
export interface LogReading {
  readonly account: LogAccount
  readonly answers: readonly Answer[]
}

/**
 * Reads a pasted message, or a log of any length in constant memory.
 * @returns For one line everything that it means, the most telling first. For several the most telling meaning of each, each once, with the number
 * of its lines and the first and last time: causes before what they bring about, and both before what is over by the end of the log.
 */
export async function readLog(lines: AsyncIterable<string> | Iterable<string>): Promise<LogReading> {
  const found = new Map<string, Found>()
  const tally = newTally()
  let message = ''
  for await (const line of lines) {
    if (line.trim() === '') continue
    tally.lines += 1
    if (message.length < longestMessage) message = `${message} ${line.trim()}`
    const {isLoud, text, times} = readLogLine(line)
    tally.dated = counted(tally.dated, times)
    tally.now = momentsOf(times, tally.now)
    tally.spans = widened(tally.spans, tally.now)
    const [answer] = recognise(line)
    if (answer) found.set(answer.id, seenAgain(found.get(answer.id) ?? {answer, lines: 0, spans: {}}, tally.now))
    else if (isLoud) noteUnknown(tally, text)
    else tally.ordinary += 1
  }
  const account = accountOf(tally)
  // Where no line gives a reason by itself, it may be one message that a terminal broke into several.
  if (tally.lines === 1 || [...found.keys()].every(leavesReason)) {
    const whole = recognise(message, longestMessage)
    if (tally.lines === 1 || found.size === 0 || whole.some(({id}) => !leavesReason(id)))
      return {account, answers: whole}
  }
  const kind = kindOf(tally.dated)
  const seen = [...found.values()].map(({answer, lines, spans}) => {
    const span = spans[kind]
    return {answer: {...answer, lines, ...timesOf(span)}, span}
  })
  return {account, answers: byWeight(seen, tally.spans[kind])}
}

/** An answer, and the lines that lead to it. */
interface Found {
  readonly answer: Answer
  readonly lines: number
  readonly spans: Spans
}

interface Tally {
  dated: Dated
  lines: number
  /** When the line was written that is read. */
  now: Moments
  ordinary: number
  spans: Spans
  unknown: number
  readonly unknownTexts: Map<string, {lines: number; text: string}>
}

function newTally(): Tally {
  return {
    dated: {iso: 0, lines: 0, syslog: 0},
    lines: 0,
    now: {},
    ordinary: 0,
    spans: {},
    unknown: 0,
    unknownTexts: new Map(),
  }
}

function seenAgain({answer, lines, spans}: Found, now: Moments): Found {
  return {answer, lines: lines + 1, spans: widened(spans, now)}
}

function timesOf(span: Span | undefined): Pick<Answer, 'first' | 'last'> {
  return span ? {first: span.first.time, last: span.last.time} : {}
}

/** Lines that differ in numbers, addresses and what is quoted only are one text. */
function noteUnknown(tally: Tally, text: string): void {
  tally.unknown += 1
  const shape = text.replaceAll(/"[^"]*"|[\da-f-]{16,}|\d+/gi, '#')
  const known = tally.unknownTexts.get(shape)
  if (known) known.lines += 1
  else if (tally.unknownTexts.size < mostUnknown) tally.unknownTexts.set(shape, {lines: 1, text})
}

function accountOf({lines, ordinary, unknown, unknownTexts}: Tally): LogAccount {
  const texts = [...unknownTexts.values()].sort((one, other) => other.lines - one.lines)
  return {explained: lines - ordinary - unknown, lines, ordinary, unknown, unknownTexts: texts}
}
