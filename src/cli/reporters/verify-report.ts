import type {Verification} from '../../checks/verify.js'
import {coloursFor} from '../colours.js'
import {widthOf} from '../terminal-width.js'
import {linesWithin} from './plain-text.js'
import {verifyShort} from './verify-short.js'
import {verifyTable} from './verify-table.js'

export type TextFormat = 'short' | 'table'

/** The report as text for a stream: as wide as the terminal; elsewhere no line is broken. */
export function verifyText(
  {report}: Pick<Verification, 'report'>,
  format: TextFormat,
  stream: {columns?: number; isTTY?: boolean} = process.stdout,
): string {
  const width = widthOf(stream)
  if (format === 'short') return linesWithin(verifyShort(report), width).join('\n')
  return verifyTable(report, {colours: coloursFor(stream), width})
}

/** The exit code of the contract: 4 where nothing could be reached, 1 where something failed or nothing was judged, else 0. */
export function verifyExitCode(
  {reachable, report}: Pick<Verification, 'reachable' | 'report'>,
  failOn: 'error' | 'warning',
): number {
  if (!reachable) return 4
  const {fail, pass, warn} = report.summary
  if (fail + pass + warn === 0 && report.status !== 'pass') return 1
  return report.status === 'fail' || (report.status === 'warn' && failOn === 'warning') ? 1 : 0
}
