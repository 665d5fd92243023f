import {stripVTControlCharacters} from 'node:util'

import Table from 'cli-table3'

import {type Colours, coloursFor} from './colours.js'

export interface Column<R> {
  readonly head: string
  readonly cell: (row: R, colours: Colours) => string
}

const noLines = Object.fromEntries(
  ['bottom', 'left', 'mid', 'middle', 'right', 'top'].flatMap((side) =>
    ['', '-left', '-mid', '-right'].map((part) => [`${side}${part}`, '']),
  ),
)
const gap = 2
const narrowestLast = 20
const indentBelow = 4

/**
 * Rows as columns without lines, coloured on terminals only. Where that is wider than the terminal, the last column is broken at spaces into
 * several lines, or the last ones stand below their row, whichever takes fewer lines; no word is cut. Into a file or a pipe goes one line per row.
 */
export function table<R>(
  columns: readonly Column<R>[],
  rows: readonly R[],
  stream: {columns?: number; isTTY?: boolean} = process.stdout,
): string {
  const colours = coloursFor(stream)
  const cells = [
    columns.map(({head}) => head.toUpperCase()),
    ...rows.map((row) => columns.map((column) => column.cell(row, colours))),
  ]
  const available = stream.isTTY && stream.columns ? stream.columns : Infinity
  const widths = columns.map((_, index) => Math.max(...cells.map((row) => visible(row[index] ?? ''))))
  if (lineWidth(widths) <= available) return inColumns(cells).join('\n')
  const layouts = [...lastBroken(cells, widths, available), othersBelow(cells, widths, available)]
  return layouts.reduce((one, other) => (other.length < one.length ? other : one)).join('\n')
}

type Cells = readonly (readonly string[])[]

function inColumns(cells: Cells): string[] {
  const printed = new Table({
    chars: {...noLines, middle: ' '.repeat(gap)},
    style: {border: [], head: [], 'padding-left': 0, 'padding-right': 0},
  })
  printed.push(...cells.map((row) => [...row]))
  return printed.toString().replaceAll(/ +$/gm, '').split('\n')
}

/** The lines with the last column broken; no layout where its words do not fit beside the others. */
function lastBroken(cells: Cells, widths: readonly number[], available: number): string[][] {
  const left = available - lineWidth([...widths.slice(0, -1), 0])
  const longestWord = Math.max(...cells.flatMap((row) => (row.at(-1) ?? '').split(' ').map(visible)))
  if (left < Math.max(narrowestLast, longestWord)) return []
  return [inColumns(cells.map((row) => [...row.slice(0, -1), broken(row.at(-1) ?? '', left).join('\n')]))]
}

/** The lines with as many columns as fit, and the others below each row, indented. */
function othersBelow(cells: Cells, widths: readonly number[], available: number): string[] {
  const tooMany = widths.findIndex((_, index) => lineWidth(widths.slice(0, index + 1)) > available)
  const kept = Math.max(tooMany, 1)
  const lines = inColumns(cells.map((row) => row.slice(0, kept)))
  return cells.flatMap((row, index) => {
    const below = row.slice(kept).filter((cell) => cell !== '')
    const texts = below.flatMap((cell) => broken(cell, available - indentBelow))
    return [lines[index] ?? '', ...texts.map((text) => `${' '.repeat(indentBelow)}${text}`)]
  })
}

function lineWidth(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, gap * (widths.length - 1))
}

/** Broken at spaces; a word that is longer than the width stays whole. */
function broken(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && visible(last) + 1 + visible(word) <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

/** Characters on the screen: colours take none. */
function visible(text: string): number {
  return stripVTControlCharacters(text).length
}
