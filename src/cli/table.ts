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

/**
 * Rows as columns without lines, coloured on terminals only. Where that is wider than the terminal, the last column is broken into several lines;
 * into a file or a pipe goes one line per row.
 */
export function table<R>(
  columns: readonly Column<R>[],
  rows: readonly R[],
  stream: {columns?: number; isTTY?: boolean} = process.stdout,
): string {
  const colours = coloursFor(stream)
  const cells = rows.map((row) => columns.map((column) => column.cell(row, colours)))
  const widths = lastWidth(columns, cells, stream)
  const printed = new Table({
    chars: {...noLines, middle: ' '.repeat(gap)},
    colWidths: widths,
    head: columns.map(({head}) => head.toUpperCase()),
    style: {border: [], head: [], 'padding-left': 0, 'padding-right': 0},
    wordWrap: true,
  })
  printed.push(...cells)
  return printed.toString().replaceAll(/ +$/gm, '')
}

/** Widths for cli-table3: that of the last column where it has to give way, and null for those that take what they need. */
function lastWidth<R>(
  columns: readonly Column<R>[],
  cells: readonly string[][],
  {columns: available, isTTY}: {columns?: number; isTTY?: boolean},
): (number | null)[] {
  const free = columns.map(() => null)
  if (!isTTY || !available) return free
  const needs = columns.map(({head}, index) => Math.max(head.length, ...cells.map((row) => visible(row[index] ?? ''))))
  const others = needs.slice(0, -1).reduce((sum, need) => sum + need + gap, 0)
  const left = available - others
  return (needs.at(-1) ?? 0) <= left ? free : [...free.slice(0, -1), Math.max(left, narrowestLast)]
}

/** Characters on the screen: colours take none. */
function visible(text: string): number {
  return stripVTControlCharacters(text).length
}
