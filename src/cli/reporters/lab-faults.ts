import type {ListedFault, ListedFaults} from '../../lab/faults/listed.js'
import {table} from '../table.js'

/** The faults as a table. */
export function labFaultsText({faults}: ListedFaults): string {
  return table<ListedFault>(
    [
      {cell: ({id}) => id, head: 'fault'},
      {cell: ({cause, checks}) => cause || `a warning of ${checks.join(', ')}`, head: 'verify names first'},
      {cell: ({needs}) => needs.join(', '), head: 'needs'},
      {cell: ({title}) => title, head: 'what is wrong then'},
    ],
    faults,
  )
}
