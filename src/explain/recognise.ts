import type {Answer} from './answer.js'
import type {Caught, KnownText} from './known-text.js'
import {knownTexts} from './known-texts.js'

/** Longer lines are read up to here, so that no input makes matching slow. Characters. */
const longestLine = 4096

/** @returns Everything that one line, or a message of several lines in one, is known to mean, the most telling first. */
export function recognise(line: string, longest = longestLine): Answer[] {
  // Consul escapes quotes where log_json is set.
  const plain = line.slice(0, longest).replaceAll('\\', '')
  const answers = knownTexts.flatMap((known) => {
    const caught = match(known, plain)
    return caught ? [answerOf(known, caught)] : []
  })
  const reasons = answers.filter(({id}) => !leavesReason(id))
  return reasons.length > 0 ? reasons : answers
}

/** @returns The known text as an answer, its fix with the names that were caught. */
export function answerOf(known: KnownText, caught: Caught): Answer {
  const {causes, checks, id, look, meaning, title, versions, weight = 'cause'} = known
  const answer: Answer = {
    causes,
    checks,
    fix: known.fix(caught),
    id,
    kind: 'text',
    look,
    meaning: [meaning],
    title,
    weight,
  }
  return versions === undefined ? answer : {...answer, versions}
}

/** Whether the answer of that id says only that something failed. */
export function leavesReason(answer: string): boolean {
  return knownTexts.find(({id}) => id === answer)?.leavesReason === true
}

function match({patterns}: KnownText, text: string): Caught | undefined {
  for (const pattern of patterns) {
    const found = pattern.exec(text)
    if (found) return found.groups ?? {}
  }
  return undefined
}
