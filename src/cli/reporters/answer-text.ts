import type {Answer} from '../../explain/answer.js'
import {hanging, lengthOf, wrapped} from './plain-text.js'
import type {Screen} from './verify-table.js'

const labelWidth = 'versions  '.length

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
