import type {Answer, Explained} from '../../explain/answer.js'
import {coloursFor} from '../colours.js'
import {logExplanation} from './log-explanation.js'
import {hanging, lengthOf, wrapped} from './plain-text.js'
import type {Screen} from './verify-table.js'

const defaultWidth = 80
/** Prose wider than this is hard to read. */
const widest = 100

const labelWidth = 'versions  '.length

/** What is known, the first answer whole. Further meanings of one and the same line are named only, for they are the less likely ones. */
export function explanation(
  {answers, log}: Explained,
  stream: {columns?: number; isTTY?: boolean} = process.stdout,
): string {
  const screen = {colours: coloursFor(stream), width: Math.min(stream.columns ?? defaultWidth, widest)}
  if (log) return logExplanation(answers, log, screen)
  const [first, ...others] = answers
  if (!first) return ''
  if (answers.some(({kind}) => kind !== 'text')) return answers.map((answer) => answerText(answer, screen)).join('\n\n')
  const also = others.map(({id, title}) => `  fedctl explain ${id}  (${title})`)
  return [answerText(first, screen), ...(also.length > 0 ? [['It also says:', ...also].join('\n')] : [])].join('\n\n')
}

/** One answer whole; `seen` stands behind its title. */
export function answerText(answer: Answer, {colours, width}: Screen, seen = ''): string {
  const {causes, checks, docs, fix, id, look, meaning, title, versions} = answer
  const room = width - 2
  const [head = '', ...rest] = wrapped(`${id}: ${title}`, width)
  const parts = [
    meaning.map((paragraph) => shown(paragraph, room).join('\n')).join('\n\n'),
    [
      ...labelled('seen', seen === '' ? [] : [seen], room),
      ...labelled('causes', numbered(causes), room),
      ...labelled('look at', look, room),
      ...labelled('fix', numbered(fix), room),
      ...labelled('versions', versions === undefined ? [] : [versions], room),
      ...labelled('checks', checks.length === 0 ? [] : [checks.join(', ')], room),
      ...labelled('more', docs === undefined ? [] : [docs], room),
    ].join('\n'),
  ]
  const heading = [head, ...rest].map((line) => colours.bold(line)).join('\n')
  return [heading, ...parts.filter((part) => part !== '')].join('\n\n')
}

/** Prose is broken at the width; code keeps its lines. */
function shown(paragraph: string, width: number): string[] {
  const lines = paragraph.includes('\n') ? paragraph.split('\n') : wrapped(paragraph, width)
  return lines.map((line) => `  ${line}`)
}

function numbered(texts: readonly string[]): string[] {
  return texts.length < 2 ? [...texts] : texts.map((text, index) => `${index + 1}. ${text}`)
}

function labelled(label: string, texts: readonly string[], width: number): string[] {
  return texts.flatMap((text, index) => {
    const mark = /^\d+\. /.exec(text)?.[0] ?? ''
    const head = `  ${(index === 0 ? label : '').padEnd(labelWidth)}${mark}`
    return hanging(head, wrapped(text.slice(mark.length), width - lengthOf(head)))
  })
}
