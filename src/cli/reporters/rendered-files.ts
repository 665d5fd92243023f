import {relative} from 'node:path'

import type {RenderedFileSummary} from '../../config/render-federation.js'
import {table} from '../table.js'

/** Rendered files as a table, with paths as seen from `folder`. */
export function renderedFilesTable(files: readonly RenderedFileSummary[], folder: string): string {
  return table<RenderedFileSummary>(
    [
      {cell: ({node}) => node, head: 'node'},
      {cell: ({action}, {dim, green}) => (action === 'unchanged' ? dim(action) : green(action)), head: 'action'},
      {cell: ({file}) => shorter(relative(folder, file), file), head: 'file'},
    ],
    files,
  )
}

function shorter(a: string, b: string): string {
  return a.length < b.length ? a : b
}
