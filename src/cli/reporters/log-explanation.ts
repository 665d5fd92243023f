import type {Answer, LogAccount} from '../../explain/answer.js'
import {answerText} from './answer-text.js'
import {hanging, wrapped} from './plain-text.js'
import type {Screen} from './verify-table.js'

const mostUnknownShown = 5
/** Characters of a text that nobody knows. */
const longestUnknown = 300

/** What a log says: what is to be acted on whole, the rest in a line each, then how much of the log that is. */
export function logExplanation(answers: readonly Answer[], log: LogAccount, screen: Screen): string {
  const whole = toActOn(answers)
  const rest = answers.filter((answer) => !whole.includes(answer))
  const ordinary = rest.filter(({weight}) => weight === 'ordinary')
  const over = rest.filter(({over, weight}) => over && weight !== 'ordinary')
  const signs = rest.filter((answer) => !ordinary.includes(answer) && !over.includes(answer))
  return [
    ...whole.map((answer) => answerText(answer, screen, seen(answer))),
    ...named('What may follow from it:', signs, screen),
    ...named('Not seen any more towards the end of the log:', over, screen),
    ...named('Ordinary:', ordinary, screen),
    ...unknownTexts(log, screen),
    wrapped(closing(log), screen.width).join('\n'),
  ].join('\n\n')
}

/** The causes that go on; where there are none the first sign that does; where nothing does the causes that are over. */
function toActOn(answers: readonly Answer[]): readonly Answer[] {
  const first = answers.slice(0, 1)
  const causes = answers.filter(({over, weight}) => weight === 'cause' && !over)
  if (causes.length > 0) return causes
  return first.some(({over}) => over) ? answers.filter(({weight}) => weight === first[0]?.weight) : first
}

/** Such as `12 lines, 2026-11-20T20:15:01Z to 20:16:33Z`. */
function seen({first, last, lines = 0}: Answer): string {
  const count = lines === 1 ? '1 line' : `${lines} lines`
  if (first === undefined || last === undefined) return count
  return first === last ? `${count}, ${first}` : `${count}, ${first} to ${withoutDate(last, first)}`
}

/** The time alone, where the day is that of the other one. */
function withoutDate(time: string, other: string): string {
  const [day = '', rest] = time.split(/(?<=^\d{4}-\d\d-\d\d)[T ]/)
  return rest !== undefined && other.startsWith(day) ? rest : time
}

function named(title: string, answers: readonly Answer[], {colours, width}: Screen): string[] {
  if (answers.length === 0) return []
  const lines = answers.flatMap((answer) =>
    hanging('  ', wrapped(`${answer.id}: ${answer.title} (${seen(answer)})`, width - 4), 4),
  )
  return [[colours.bold(title), ...lines].join('\n')]
}

function unknownTexts({unknown, unknownTexts: texts}: LogAccount, {colours, width}: Screen): string[] {
  if (unknown === 0) return []
  const lines = texts
    .slice(0, mostUnknownShown)
    .flatMap(({lines: count, text}) => hanging('  ', wrapped(`${count} × ${short(text)}`, width - 4), 4))
  const more = texts.length - mostUnknownShown
  const left = more > 0 ? [`  and ${more} other ${more === 1 ? 'text' : 'texts'}; --json has more of them`] : []
  return [[colours.bold('Warnings and errors that are not known:'), ...lines, ...left].join('\n')]
}

function short(text: string): string {
  return text.length > longestUnknown ? `${text.slice(0, longestUnknown)}…` : text
}

function closing({explained, lines, ordinary, unknown}: LogAccount): string {
  return `${lines} lines: ${explained} explained, ${unknown} warnings or errors not known, ${ordinary} that tell of no trouble`
}
