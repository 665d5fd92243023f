import type {Report, Status} from '../../checks/check.js'
import {shownEndpoint} from '../../checks/addresses.js'
import type {Datacenter, Federation} from '../../federation/model.js'
import {type Colours, coloursFor} from '../colours.js'
import {lengthOf} from './plain-text.js'
import {markOf} from './status-marks.js'

const widestBox = 35
const narrowestBox = 22
const gapWidth = 10
const mostRows = 6

/** A line as it is measured, and as it is printed with colours. */
interface Line {
  readonly shown: string
  readonly width: number
}

interface Box {
  readonly lines: readonly Line[]
  /** Where the link to other datacenters leaves it. */
  readonly linkRow: number
}

/**
 * The datacenters as boxes with their servers and gateways, the primary on the left, the secondaries on the right, and the links between them.
 * With a report each has a mark: how its own findings stand, and for a link whether calls in both directions come through. At most 80 columns.
 */
export function topologyDrawing(
  model: Federation,
  report?: Report,
  colours: Colours = coloursFor(process.stdout),
): string {
  const primary = model.datacenters.find(({isPrimary}) => isPrimary) ?? model.datacenters[0]
  if (!primary) return ''
  const others = model.datacenters.filter((datacenter) => datacenter !== primary)
  const left = boxOf(primary, model, report, colours)
  const boxes = others.map((datacenter) => ({box: boxOf(datacenter, model, report, colours), datacenter}))
  const links = boxes.map(({datacenter}) => linkMark(primary.name, datacenter.name, report, colours))
  const drawing = sideBySide(left, stacked(boxes.map(({box}) => box)), links)
  return [...drawing, ...brokenLinks(others, report, colours)].map((line) => line.trimEnd()).join('\n')
}

function boxOf(datacenter: Datacenter, model: Federation, report: Report | undefined, colours: Colours): Box {
  const servers = datacenter.servers.map(({address, id, name}) => ({address, id, name}))
  const gateways = datacenter.gateways.map(({address, id, name, port}) => ({
    address: shownEndpoint({address, port}),
    id,
    name,
  }))
  const nameWidth = Math.max(...[...servers, ...gateways].map(({name}) => lengthOf(name)), 0)
  const rowsOf = (nodes: typeof servers): Line[] => {
    const rows = nodes.slice(0, mostRows).map(({address, id, name}) => {
      const text = clipped(`${name.padEnd(nameWidth)}  ${address}`, widestBox - 6)
      return {shown: `${nodeMark(id, datacenter.name, report, colours)} ${text}`, width: lengthOf(text) + 2}
    })
    const more = nodes.length - rows.length
    return more > 0 ? [...rows, plain(`  and ${more} more`)] : rows
  }
  const serverRows = [plain('servers'), ...rowsOf(servers)]
  const gatewayRows = gateways.length > 0 ? [plain('gateways'), ...rowsOf(gateways)] : []
  const title = clipped(datacenter.isPrimary ? `${datacenter.name} (primary)` : datacenter.name, widestBox - 6)
  const rows = [...serverRows, ...gatewayRows]
  const inside = Math.max(narrowestBox - 4, lengthOf(title) + 2, ...rows.map(({width}) => width))
  const linkRow = model.via === 'mesh-gateways' && gateways.length > 0 ? serverRows.length + 1 : 1
  return {lines: framed(title, rows, inside), linkRow: linkRow + 1}
}

function framed(title: string, rows: readonly Line[], inside: number): Line[] {
  const width = inside + 4
  return [
    {shown: `┌ ${title} ${'─'.repeat(inside - lengthOf(title))}┐`, width},
    ...rows.map((row) => ({shown: `│ ${row.shown}${' '.repeat(inside - row.width)} │`, width})),
    {shown: `└${'─'.repeat(inside + 2)}┘`, width},
  ]
}

/** Boxes below one another, as one column with several links. */
function stacked(boxes: readonly Box[]): {readonly lines: readonly Line[]; readonly linkRows: readonly number[]} {
  const lines: Line[] = []
  const linkRows: number[] = []
  for (const box of boxes) {
    if (lines.length > 0) lines.push(plain(''))
    linkRows.push(lines.length + box.linkRow)
    lines.push(...box.lines)
  }
  return {linkRows, lines}
}

function sideBySide(left: Box, right: ReturnType<typeof stacked>, marks: readonly Line[]): string[] {
  const [firstLink] = right.linkRows
  if (firstLink === undefined) return left.lines.map(({shown}) => shown)
  const shift = left.linkRow - firstLink
  const leftLines = [...blank(-shift), ...left.lines]
  const rightLines = [...blank(shift), ...right.lines]
  const linkRows = right.linkRows.map((row) => row + Math.max(shift, 0))
  const leftWidth = Math.max(...left.lines.map(({width}) => width))
  return Array.from({length: Math.max(leftLines.length, rightLines.length)}, (_, row) => {
    const line = leftLines[row] ?? plain('')
    const padded = `${line.shown}${' '.repeat(leftWidth - line.width)}`
    return `${padded}${linkPart(row, linkRows, marks)}${rightLines[row]?.shown ?? ''}`
  })
}

/** What stands between the boxes in a row: the link itself, or the line that leads on to those below. */
function linkPart(row: number, linkRows: readonly number[], marks: readonly Line[]): string {
  const index = linkRows.indexOf(row)
  const [first = 0, last = 0] = [linkRows[0], linkRows.at(-1)]
  if (index === -1) return row > first && row < last ? `  │${' '.repeat(gapWidth - 3)}` : ' '.repeat(gapWidth)
  const start = index > 0 ? `  ${row === last ? '└' : '├'}` : linkRows.length > 1 ? '──┬' : '───'
  const mark = marks[index] ?? plain('───')
  return `${start}─${mark.shown}${'─'.repeat(gapWidth - 4 - mark.width)}`
}

function linkMark(a: string, b: string, report: Report | undefined, colours: Colours): Line {
  const status = callsBetween(a, b, report)
  return status ? {shown: ` ${markOf(status, colours)} `, width: 3} : plain('───')
}

/** Links between secondaries go the same way; they are named only where calls fail. */
function brokenLinks(others: readonly Datacenter[], report: Report | undefined, colours: Colours): string[] {
  const lines = others.flatMap((a, index) =>
    others.slice(index + 1).flatMap((b) => {
      const status = callsBetween(a.name, b.name, report)
      return status === 'fail' || status === 'warn' ? [`${markOf(status, colours)} ${a.name} ↔ ${b.name}`] : []
    }),
  )
  return lines.length > 0 ? ['', ...lines] : []
}

/** The worst of all calls from either to the other. */
function callsBetween(a: string, b: string, report: Report | undefined): Status | undefined {
  return worst(report, ({id, subject}) => {
    if (id !== 'wan.rpc') return false
    return (
      (subject.startsWith(`${a}/`) && subject.endsWith(` → ${b}`)) ||
      (subject.startsWith(`${b}/`) && subject.endsWith(` → ${a}`))
    )
  })
}

/** The worst of what is about the node itself, and about its datacenter's gateways as a whole where nobody can use one. */
function nodeMark(id: string, datacenter: string, report: Report | undefined, colours: Colours): string {
  const status = worst(
    report,
    ({id: check, subject}) =>
      subject === id ||
      subject === `${id} → ${datacenter}` ||
      (check === 'gateway.healthy' && subject === datacenter && isGateway(id, report)),
  )
  return status ? markOf(status, colours) : '·'
}

function isGateway(id: string, report: Report | undefined): boolean {
  return (
    report?.checks.some(
      (check) => check.id === 'gateway.wan-address' && check.findings.some(({subject}) => subject === id),
    ) ?? false
  )
}

function worst(
  report: Report | undefined,
  isMeant: (about: {readonly id: string; readonly subject: string}) => boolean,
): Status | undefined {
  const statuses = new Set(
    (report?.checks ?? []).flatMap(({findings, id}) =>
      findings.filter(({subject}) => isMeant({id, subject})).map(({status}) => status),
    ),
  )
  return (['fail', 'warn', 'pass'] as const).find((status) => statuses.has(status))
}

function clipped(text: string, width: number): string {
  return lengthOf(text) <= width ? text : `${[...text].slice(0, width - 1).join('')}…`
}

function plain(text: string): Line {
  return {shown: text, width: lengthOf(text)}
}

function blank(count: number): Line[] {
  return Array.from({length: Math.max(count, 0)}, () => plain(''))
}
