import type {Answer} from './answer.js'
import type {Caught, KnownText} from './known-text.js'
import {knownTexts} from './known-texts.js'

/** Longer lines are read up to here, so that no input makes matching slow. Characters. */
const longestLine = 4096
/** So much of the text is kept to be read as one message. Characters. */
const longestMessage = 16_384

/**
 * @param lines a pasted message, or a log of any length.
 * @returns What the known lines mean: for one line everything that it matches, the most telling first; for several the most
 * telling meaning of each, in their order, with the number of lines that lead there.
 */
export async function recognise(lines: AsyncIterable<string> | Iterable<string>): Promise<Answer[]> {
  const found = new Map<string, {answer: Answer; lines: number}>()
  let message = ''
  let count = 0
  for await (const line of lines) {
    if (line.trim() === '') continue
    count += 1
    if (message.length < longestMessage) message = `${message} ${line.trim()}`
    const [answer] = recogniseLine(line)
    if (answer)
      found.set(answer.id, {
        answer: found.get(answer.id)?.answer ?? answer,
        lines: (found.get(answer.id)?.lines ?? 0) + 1,
      })
  }
  // Where no line gives a reason by itself, it may be one message that a terminal broke into several.
  if (count === 1 || [...found.keys()].every(leavesReason)) {
    const whole = recogniseLine(message, longestMessage)
    if (count === 1 || found.size === 0 || whole.some(({id}) => !leavesReason(id))) return whole
  }
  return [...found.values()].map(({answer, lines: number}) => ({...answer, lines: number}))
}

/** @returns The known text as an answer, its fix with the names that were caught. */
export function answerOf(known: KnownText, caught: Caught): Answer {
  const {causes, checks, id, look, meaning, title, versions} = known
  const answer = {causes, checks, fix: known.fix(caught), id, kind: 'text' as const, look, meaning: [meaning], title}
  return versions === undefined ? answer : {...answer, versions}
}

function recogniseLine(line: string, longest = longestLine): Answer[] {
  // Consul escapes quotes where log_json is set.
  const plain = line.slice(0, longest).replaceAll('\\', '')
  const answers = knownTexts.flatMap((known) => {
    const caught = match(known, plain)
    return caught ? [answerOf(known, caught)] : []
  })
  const reasons = answers.filter(({id}) => !leavesReason(id))
  return reasons.length > 0 ? reasons : answers
}

function leavesReason(answer: string): boolean {
  return knownTexts.find(({id}) => id === answer)?.leavesReason === true
}

function match({patterns}: KnownText, text: string): Caught | undefined {
  for (const pattern of patterns) {
    const found = pattern.exec(text)
    if (found) return found.groups ?? {}
  }
  return undefined
}
