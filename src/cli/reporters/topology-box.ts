import {shownEndpoint} from '../../checks/addresses.js'
import type {Datacenter} from '../../federation/model.js'
import {lengthOf} from './plain-text.js'

const widest = 31
const narrowest = 18
const mostNodes = 6
const shortestName = 8

/** A line as it is measured, and as it is printed with colours. */
export interface Line {
  readonly shown: string
  readonly width: number
}

export interface Box {
  readonly lines: readonly Line[]
  /** The line where the link to other datacenters meets the frame. */
  readonly linkRow: number
}

export interface BoxOptions {
  /** Whether the link meets the left side of the frame; undefined where there is none. */
  readonly link: 'left' | 'right' | undefined
  /** One character for the state of a server or gateway. */
  readonly mark: (id: string) => string
  /** Whether it is the gateways that are linked. */
  readonly throughGateways: boolean
}

interface Node {
  readonly address: string
  readonly id: string
  readonly name: string
}

/** A datacenter as a box of at most 35 columns with its servers and gateways. */
export function boxOf(datacenter: Datacenter, options: BoxOptions): Box {
  const gateways: Node[] = datacenter.gateways.map(({address, id, name, port}) => ({
    address: shownEndpoint({address, port}),
    id,
    name,
  }))
  const servers: readonly Node[] = datacenter.servers
  const widthOf = (pick: (node: Node) => string) =>
    Math.max(0, ...[...servers, ...gateways].map((node) => lengthOf(pick(node))))
  const mostForNames = Math.max(shortestName, widest - 4 - widthOf(({address}) => address))
  const nameWidth = Math.min(
    widthOf(({name}) => name),
    mostForNames,
  )
  const rowsOf = (nodes: readonly Node[]): Line[] => {
    const shown = nodes.slice(0, mostNodes)
    const more = nodes.length - shown.length
    return [
      ...shown.map((node) => rowOf(node, nameWidth, options.mark(node.id))),
      ...(more > 0 ? [plain(`  and ${more} more`)] : []),
    ]
  }
  const serverRows = [plain('servers'), ...rowsOf(servers)]
  const gatewayRows = gateways.length > 0 ? [plain('gateways'), ...rowsOf(gateways)] : []
  const title = clipped(datacenter.isPrimary ? `${datacenter.name} (primary)` : datacenter.name, widest - 2)
  const linked = options.throughGateways && gateways.length > 0 ? serverRows.length + 1 : 1
  return {lines: framed(title, [...serverRows, ...gatewayRows], linked, options.link), linkRow: linked + 1}
}

/** A line without colours. */
export function plain(text: string): Line {
  return {shown: text, width: lengthOf(text)}
}

function rowOf({address, name}: Node, nameWidth: number, mark: string): Line {
  const text = clipped(`${clipped(name, nameWidth).padEnd(nameWidth)}  ${address}`, widest - 2)
  return {shown: `${mark} ${text}`, width: lengthOf(text) + 2}
}

function framed(title: string, rows: readonly Line[], linked: number, link: BoxOptions['link']): Line[] {
  const inside = Math.max(narrowest, lengthOf(title) + 2, ...rows.map(({width}) => width))
  const width = inside + 4
  const side = (row: number, which: 'left' | 'right') => {
    if (row !== linked || link !== which) return '│'
    return which === 'left' ? '┤' : '├'
  }
  return [
    {shown: `┌ ${title} ${'─'.repeat(inside - lengthOf(title))}┐`, width},
    ...rows.map((row, index) => ({
      shown: `${side(index, 'left')} ${row.shown}${' '.repeat(inside - row.width)} ${side(index, 'right')}`,
      width,
    })),
    {shown: `└${'─'.repeat(inside + 2)}┘`, width},
  ]
}

function clipped(text: string, width: number): string {
  return lengthOf(text) <= width ? text : `${[...text].slice(0, width - 1).join('')}…`
}
