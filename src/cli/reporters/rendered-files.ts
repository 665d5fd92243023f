import {relative} from 'node:path'

import Table from 'cli-table3'

import type {RenderedFileSummary} from '../../config/render-federation.js'

const noLines = Object.fromEntries(
  ['bottom', 'left', 'mid', 'middle', 'right', 'top'].flatMap((side) =>
    ['', '-left', '-mid', '-right'].map((part) => [`${side}${part}`, '']),
  ),
)

/** Rendered files as columns, with paths as seen from `folder`. */
export function renderedFilesTable(files: readonly RenderedFileSummary[], folder: string): string {
  const table = new Table({
    chars: {...noLines, middle: '  '},
    head: ['Node', 'File', 'Action'],
    style: {border: [], head: [], 'padding-left': 0, 'padding-right': 0},
  })
  for (const {action, file, node} of files) table.push([node, shorter(relative(folder, file), file), action])
  return table.toString().replaceAll(/ +$/gm, '')
}

function shorter(a: string, b: string): string {
  return a.length < b.length ? a : b
}
