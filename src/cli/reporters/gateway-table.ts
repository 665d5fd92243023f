import type {GatewayList, GatewayRow} from '../../gateway/list-gateways.js'
import type {Colours} from '../colours.js'
import {table} from '../table.js'

/** Gateways as a table, with what is wrong or unknown below. */
export function gatewayTable({gateways, problems}: GatewayList): string {
  if (gateways.length === 0) return 'there is no gateway'
  const rows = table<GatewayRow>(
    [
      {cell: ({id}) => id, head: 'gateway'},
      {cell: ({lan}) => lan, head: 'LAN'},
      {cell: ({wan}) => wan, head: 'WAN'},
      {cell: stateOf, head: 'state'},
      {cell: placesOf, head: 'published in'},
    ],
    gateways,
  )
  const notes = [
    ...gateways.flatMap(({differences, id}) => differences.map((difference) => `${id}: ${difference}`)),
    ...problems.map(({message, subject}) => `${subject}: ${message}`),
  ]
  return notes.length === 0 ? rows : `${rows}\n\n${notes.join('\n')}`
}

function stateOf({check, exposesServers, registered}: GatewayRow, colours: Colours): string {
  if (registered === 'unknown') return colours.yellow('unknown')
  if (!registered) return colours.red('not registered')
  if (!exposesServers) return colours.red('exposes nothing')
  if (check === 'passing') return colours.green(check)
  return check === 'none' ? colours.yellow('no check') : colours.red(check)
}

function placesOf({published}: GatewayRow, {dim}: Colours): string {
  const texts = Object.entries(published).map(([name, state]) => {
    if (state === 'yes') return name
    return dim(`${name}: ${state === 'other-address' ? 'other address' : state}`)
  })
  return texts.join(', ')
}
