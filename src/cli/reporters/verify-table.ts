import type {CheckResult, Diagnosis, Report} from '../../checks/check.js'
import type {Colours} from '../colours.js'
import {type FindingGroup, groupAlike, groupByReason, subjectsText} from './finding-groups.js'
import {hanging, lengthOf, wrapped} from './plain-text.js'
import {markOf} from './status-marks.js'
import {closingLine, worthShowing} from './verify-summary.js'

export interface Screen {
  readonly colours: Colours
  /** Columns. */
  readonly width: number
}

const narrowest = 30
/** Columns that a title needs to stand beside the id of its check. */
const narrowestTitle = 24
/** Of one check. In a large federation one fault has thousands of findings. */
const mostGroups = 20
const labelWidth = 'evidence  '.length

/** Every check by category, what does not pass with its findings, then the diagnosis and the count: the last lines are what to read first. */
export function verifyTable(report: Report, {colours, width}: Screen): string {
  const screen = {colours, width: Math.max(width, narrowest)}
  const checks = worthShowing(report)
  const idWidth = Math.max(0, ...checks.map(({id}) => lengthOf(id)))
  const groups = [...new Set(checks.map(({category}) => category))].map((category) =>
    checks.filter((check) => check.category === category).flatMap((check) => checkLines(check, idWidth, screen)),
  )
  const diagnosis = report.diagnosis.flatMap((entry, index) => diagnosisLines(entry, index + 1, screen))
  const blocks = [
    ...groups,
    ...(diagnosis.length > 0 ? [[colours.bold('Diagnosis'), ...diagnosis]] : []),
    wrapped(closingLine(report), screen.width).map((line) => colours.bold(line)),
  ]
  return blocks.map((lines) => lines.join('\n')).join('\n\n')
}

function checkLines(check: CheckResult, idWidth: number, screen: Screen): string[] {
  const {colours, width} = screen
  const {id, status, title} = check
  const headWidth = idWidth + 4
  const head = `${markOf(status, colours)} ${id.padEnd(idWidth)}  `
  const first =
    width - headWidth < narrowestTitle
      ? [head.trimEnd(), ...hanging('    ', wrapped(title, width - 4))]
      : hanging(head, wrapped(title, width - headWidth), headWidth)
  const open = check.findings.filter((finding) => finding.status === 'fail' || finding.status === 'warn')
  const groups = groupAlike(open)
  const more = groups.length - mostGroups
  return [
    ...first,
    ...groups.slice(0, mostGroups).flatMap((group) => findingLines(group, screen)),
    ...(more > 0 ? [`    and ${more} more: --output short lists them`] : []),
    ...groupByReason(check.findings.filter(({status: judged}) => judged === 'skip')).flatMap((group) =>
      skipLines(group, screen),
    ),
  ]
}

function findingLines({finding, subjects}: FindingGroup, {colours, width}: Screen): string[] {
  const {evidence = [], expected, fix = [], found, status, subject} = finding
  return [
    ...hanging(`    ${markOf(status, colours)} `, wrapped(subjectsText(subjects) || subject, width - 6), 6),
    ...labelled('found', found === undefined ? [] : [found], width),
    ...labelled('expected', expected === undefined ? [] : [expected], width),
    ...labelled('evidence', evidence, width),
    ...labelled('fix', fix, width),
  ]
}

function skipLines({finding: {found = ''}, subjects}: FindingGroup, {colours, width}: Screen): string[] {
  const named = subjectsText(subjects)
  const lines = hanging('    ', wrapped(`not judged: ${named ? `${named}: ` : ''}${found}`, width - 4))
  return lines.map((line) => colours.dim(line))
}

function diagnosisLines({docs, explains, fix, title}: Diagnosis, number: number, {colours, width}: Screen) {
  const head = `  ${number}. `
  return [
    ...hanging(head, wrapped(title, width - head.length)).map((line) => colours.bold(line)),
    ...labelled('explains', [explains.join(', ')], width),
    ...labelled('fix', fix, width),
    ...labelled('see', [docs], width),
  ]
}

/** A label and its texts, each on lines of its own. */
function labelled(label: string, texts: readonly string[], width: number): string[] {
  const margin = 6
  return texts.flatMap((text, index) =>
    hanging(
      `${' '.repeat(margin)}${(index === 0 ? label : '').padEnd(labelWidth)}`,
      wrapped(text, width - margin - labelWidth),
    ),
  )
}
