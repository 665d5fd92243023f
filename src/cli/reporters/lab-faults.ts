import type {ListedFault, ListedFaults} from '../../lab/faults/listed.js'
import {table} from '../table.js'

/** The faults as a table, and below it what a lab cannot have. */
export function labFaultsText({absent, faults}: ListedFaults): string {
  const rows = table<ListedFault>(
    [
      {cell: ({id}) => id, head: 'fault'},
      {cell: ({cause, checks}) => cause || `a warning of ${checks.join(', ')}`, head: 'verify names first'},
      {cell: ({needs}) => needs.join(', '), head: 'needs'},
      {cell: ({title}) => title, head: 'what is wrong then'},
    ],
    faults,
  )
  return [rows, '', 'Not in a lab:', ...absent.map(({reason, title}) => `  ${title}: ${reason}`)].join('\n')
}
