import {describe, expect, it} from 'vitest'

import {type Column, table} from '../../../src/cli/table.js'

interface Row {
  readonly name: string
  readonly note: string
}

const columns: Column<Row>[] = [
  {cell: ({name}) => name, head: 'name'},
  {cell: ({note}, {green}) => green(note), head: 'note'},
]
const rows: Row[] = [
  {name: 'a', note: 'short'},
  {name: 'a longer name', note: 'a note that does not fit into a narrow terminal'},
]

describe('table', () => {
  it('sets rows in columns, one line each, without trailing blanks', () => {
    expect(table(columns, rows, {}).split('\n')).toEqual([
      'NAME           NOTE',
      'a              short',
      'a longer name  a note that does not fit into a narrow terminal',
    ])
  })

  it('breaks the last column where a terminal is too narrow, and only there', () => {
    const lines = table(columns, rows, {columns: 40, isTTY: true}).split('\n').map(plain)
    expect(Math.max(...lines.map(({length}) => length))).toBeLessThanOrEqual(40)
    expect(lines.length).toBeGreaterThan(3)
    expect(lines[1]).toMatch(/^a {14}short$/)
  })

  it('keeps one line per row where a terminal is wide enough', () => {
    expect(table(columns, rows, {columns: 62, isTTY: true}).split('\n')).toHaveLength(3)
  })

  it('sets a column below the row where that takes fewer lines, and cuts no word', () => {
    const names = ['s1.server.dc1.consul, s1.node.dc1.consul, server.dc1.consul, localhost, 127.0.0.1', 'x'.repeat(70)]
    const wide = names.map((note) => ({name: 'a name that leaves little room', note}))
    expect(table(columns, wide, {columns: 60, isTTY: true}).split('\n').map(plain)).toEqual([
      'NAME',
      '    NOTE',
      'a name that leaves little room',
      '    s1.server.dc1.consul, s1.node.dc1.consul,',
      '    server.dc1.consul, localhost, 127.0.0.1',
      'a name that leaves little room',
      `    ${'x'.repeat(70)}`,
    ])
  })
})

function plain(line: string): string {
  return line.replaceAll(/\u001B\[\d+m/g, '').trimEnd()
}
