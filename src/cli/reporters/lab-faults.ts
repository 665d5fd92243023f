import type {ListedFault, ListedFaults} from '../../lab/faults/listed.js'
import {type Colours, coloursFor} from '../colours.js'
import {widthOf} from '../terminal-width.js'
import {hanging, wrapped} from './plain-text.js'

const indent = '    '

/** The faults, two lines each and more on narrow terminals: the id with what `verify` names first, and what is wrong with what it needs. */
export function labFaultsText(
  {faults}: ListedFaults,
  stream: {columns?: number; isTTY?: boolean} = process.stdout,
): string {
  const colours = coloursFor(stream)
  const width = widthOf(stream)
  const idWidth = Math.max(...faults.map(({id}) => id.length))
  return faults.flatMap((fault) => faultLines(fault, {colours, idWidth, width})).join('\n')
}

function faultLines(
  {cause, checks, id, needs, title}: ListedFault,
  {colours, idWidth, width}: {colours: Colours; idWidth: number; width: number},
): string[] {
  const shown = cause || `warning: ${checks.join(', ')}`
  const needed = needs.length > 0 ? ` (needs ${needs.join(', ')})` : ''
  return [
    `${id.padEnd(idWidth)}  ${colours.dim(shown)}`,
    ...hanging(indent, wrapped(`${title}${needed}`, width - indent.length)),
  ]
}
