import type {LabProcess, LabStatus} from '../../lab/status.js'
import type {Colours} from '../colours.js'
import {table} from '../table.js'

/** The lab's processes as a table, with its state below. */
export function labStatusText({fault, faultMade, isolated, processes, state}: LabStatus): string {
  const rows = table<LabProcess>(
    [
      {cell: ({name}) => name, head: 'name'},
      {cell: ({kind}) => kind, head: 'kind'},
      {cell: ({address}) => address, head: 'address'},
      {cell: stateOf, head: 'state'},
      {cell: ({log}) => log, head: 'log'},
    ],
    processes,
  )
  const made = faultMade ? '' : ', all or some of it: it is being made, or `lab break` was ended'
  const broken = fault === '' ? '' : `, and broken on purpose: ${fault}${made}; fedctl lab mend mends it`
  const apart = isolated ? ', with a network namespace for each datacenter' : ''
  return `${rows}\nthe lab is ${state}${apart}${broken}`
}

function stateOf({alive, pid}: LabProcess, colours: Colours): string {
  if (alive) return colours.green(`pid ${pid}`)
  return colours.red(pid === 0 ? 'not started' : 'ended')
}
