import {summarise} from './figure.js'

/**
 * @typedef {import('./figure.js').Aim} Aim
 * @typedef {import('./figure.js').Figure} Figure
 * @typedef {import('./figure.js').Outcome} Outcome
 */

const heads = ['fedctl', 'takes', 'against', 'takes', 'ratio', 'spread', 'pairs', 'aim', 'met']

/**
 * @param {readonly Outcome[]} outcomes
 * @returns {string} one table for a terminal
 */
export function textReport(outcomes) {
  const rows = [heads, ...outcomes.flatMap(({figures}) => figures.map(cells))]
  const widths = heads.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/**
 * @param {readonly Outcome[]} outcomes
 * @param {readonly string[]} machine
 * @returns {string} a section for each benchmark
 */
export function markdownReport(outcomes, machine) {
  const sections = outcomes.map(({benchmark, figures}) =>
    [`### ${benchmark.title}`, benchmark.method, table(figures)].join('\n\n'),
  )
  return `${[machine.map((line) => `- ${line}`).join('\n'), ...sections].join('\n\n')}\n`
}

/**
 * @param {readonly Figure[]} figures
 * @returns {string} columns padded to the width that prettier gives them
 */
function table(figures) {
  const rows = [heads, ...figures.map(cells)]
  const widths = heads.map((_, column) => Math.max(3, ...rows.map((row) => row[column]?.length ?? 0)))
  const line = (/** @type {readonly string[]} */ row) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  const [head = heads, ...body] = rows
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n')
}

/**
 * @param {Figure} figure
 * @returns {string[]} one for each of `heads`
 */
function cells(figure) {
  const {aim, baseline, pairs, subject, unit} = figure
  const summary = summarise(figure)
  return [
    subject,
    amount(summary.subject, unit),
    baseline,
    amount(summary.baseline, unit),
    summary.ratio.toFixed(2),
    `${summary.lowest.toFixed(2)}–${summary.highest.toFixed(2)}`,
    String(pairs.length),
    aimText(aim, unit),
    summary.isMet ? 'yes' : 'no',
  ]
}

/**
 * @param {number} value
 * @param {Figure['unit']} unit
 */
function amount(value, unit) {
  return `${value.toFixed(unit === 's' ? 1 : 0)} ${unit}`
}

/**
 * @param {Aim} aim
 * @param {Figure['unit']} unit
 */
function aimText(aim, unit) {
  if ('under' in aim) return `under ${aim.under} ${unit}`
  if ('atMostMore' in aim) return `at most ${aim.atMostMore} ${unit} more`
  return 'timesLess' in aim ? `${aim.timesLess} times less` : `at most ${aim.atMostTimes} times`
}
