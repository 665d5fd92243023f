import {stripVTControlCharacters} from 'node:util'

import {piecesOf} from './copyable.js'

/** One line without control characters: what others report may hold line breaks, tabs and escape sequences. */
export function oneLine(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
}

/** The lines of a text without escape sequences and any other control characters. */
export function withoutControls(text: string): string {
  return stripVTControlCharacters(text).replaceAll(/[^\P{Cc}\n]+/gu, ' ')
}

/** Text broken at spaces into lines of at most `width` characters. What is longer in one piece, such as a path or a command, stays whole. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of piecesOf(oneLine(text))) {
    const last = lines.at(-1)
    if (last !== undefined && lengthOf(last) + 1 + lengthOf(word) <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

/** `head` before the first of the lines, and as many spaces before the others. */
export function hanging(head: string, lines: readonly string[], headWidth = lengthOf(head)): string[] {
  return lines.map((line, index) => `${index === 0 ? head : ' '.repeat(headWidth)}${line}`.trimEnd())
}

/** The lines of a text, those that are too wide broken as in `wrapped`, below the beginning of the line and two columns further in. */
export function linesWithin(text: string, width: number): string[] {
  return text.split('\n').flatMap((line) => {
    if (lengthOf(line) <= width) return [line]
    const indent = /^ */.exec(line)?.[0] ?? ''
    return hanging(indent, wrapped(line, width - indent.length - 2), indent.length + 2)
  })
}

/** Characters on the screen, for text without colours and wide characters. */
export function lengthOf(text: string): number {
  return [...text].length
}
