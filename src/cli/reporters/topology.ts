import type {Report, Status} from '../../checks/check.js'
import type {Datacenter, Federation} from '../../federation/model.js'
import {atWork} from '../../federation/selectors.js'
import {type Colours, coloursFor} from '../colours.js'
import {markOf} from './status-marks.js'
import {type Box, boxOf, type Line, plain} from './topology-box.js'
import {callStatus, nodeStatus} from './topology-marks.js'

const gapWidth = 10
const unknownMark = '·'

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
  const draw = (datacenter: Datacenter, link: 'left' | 'right' | undefined) =>
    boxOf(
      {...datacenter, ...atWork(model, datacenter)},
      {
        link,
        mark: (id) => shownMark(report && nodeStatus(report, id, datacenter.name), colours) ?? unknownMark,
        throughGateways: model.via === 'mesh-gateways',
      },
    )
  const left = draw(primary, others.length > 0 ? 'right' : undefined)
  const right = stacked(others.map((datacenter) => draw(datacenter, 'left')))
  const links = others.map(({name}) => {
    const mark = shownMark(report && callStatus(report, primary.name, name), colours)
    return mark === undefined ? plain('───') : {shown: ` ${mark} `, width: 3}
  })
  const lines = [...sideBySide(left, right, links), ...brokenLinks(others, report, colours)]
  return lines.map((line) => line.trimEnd()).join('\n')
}

function shownMark(status: Status | undefined, colours: Colours): string | undefined {
  return status && markOf(status, colours)
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

/** Shifts the shorter side down until the first links meet. */
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

/** Links between secondaries go the same way; they are named only where calls fail. */
function brokenLinks(others: readonly Datacenter[], report: Report | undefined, colours: Colours): string[] {
  const lines = others.flatMap((a, index) =>
    others.slice(index + 1).flatMap((b) => {
      const status = report && callStatus(report, a.name, b.name)
      return status === 'fail' ? [`${markOf(status, colours)} ${a.name} ↔ ${b.name}`] : []
    }),
  )
  return lines.length > 0 ? ['', ...lines] : []
}

function blank(count: number): Line[] {
  return Array.from({length: Math.max(count, 0)}, () => plain(''))
}
