import Table from 'cli-table3'

import type {CertificateReport} from '../../pki/certificate-report.js'

/** The certificates of a federation as a table, one row each, with a count below. */
export function certificateTable({certificates, dryRun, summary}: CertificateReport): string {
  const table = new Table({
    chars: noBorders,
    head: ['NODE', 'KIND', 'NAMES', 'EXPIRES', 'ACTION', 'REASON'],
    style: {border: [], compact: true, head: [], 'padding-left': 0, 'padding-right': 2},
  })
  for (const {action, expires, kind, names, node, reason} of certificates) {
    table.push([node, kind, names.join('\n'), expires?.slice(0, 10) ?? '-', action, reason])
  }
  const verb = dryRun ? 'to issue' : 'issued'
  return `${trimmed(table.toString())}\n\n${summary.issue} ${verb}, ${summary.keep} kept`
}

const noBorders = {
  bottom: '',
  'bottom-left': '',
  'bottom-mid': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  middle: '',
  right: '',
  'right-mid': '',
  top: '',
  'top-left': '',
  'top-mid': '',
  'top-right': '',
}

function trimmed(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
}
