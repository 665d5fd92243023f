import type {Explained} from '../../explain/answer.js'
import {coloursFor} from '../colours.js'
import {widthOf} from '../terminal-width.js'
import {answerText} from './answer-text.js'
import {logExplanation} from './log-explanation.js'
import {linesWithin} from './plain-text.js'

/** Prose wider than this is hard to read. */
const widest = 100

/** What is known, the first answer whole. Further meanings of one and the same line are named only, for they are the less likely ones. */
export function explanation(
  {answers, log}: Explained,
  stream: {columns?: number; isTTY?: boolean} = process.stdout,
): string {
  const screen = {colours: coloursFor(stream), width: stream.isTTY ? Math.min(widthOf(stream), widest) : Infinity}
  if (log) return logExplanation(answers, log, screen)
  const [first, ...others] = answers
  if (!first) return ''
  if (answers.some(({kind}) => kind !== 'text')) return answers.map((answer) => answerText(answer, screen)).join('\n\n')
  const also = others.flatMap(({id, title}) => linesWithin(`  fedctl explain ${id} (${title})`, screen.width))
  return [answerText(first, screen), ...(also.length > 0 ? [['It also says:', ...also].join('\n')] : [])].join('\n\n')
}
