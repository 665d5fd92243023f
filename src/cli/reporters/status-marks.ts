import type {Status} from '../../checks/check.js'
import type {Colours} from '../colours.js'

const marks: Readonly<Record<Status, string>> = {fail: '✗', pass: '✓', skip: '-', warn: '!'}

/** One character for a status, coloured where the colours are on. */
export function markOf(status: Status, colours: Colours): string {
  const paint = {fail: colours.red, pass: colours.green, skip: colours.dim, warn: colours.yellow}[status]
  return paint(marks[status])
}
