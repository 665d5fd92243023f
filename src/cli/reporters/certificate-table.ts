import type {CertificateReport, CertificateRow} from '../../pki/certificate-report.js'
import {table} from '../table.js'

/** The certificates of a federation as a table, with a count below. */
export function certificateTable({certificates, dryRun, summary}: CertificateReport): string {
  const rows = table<CertificateRow>(
    [
      {cell: ({node}) => node, head: 'NODE'},
      {cell: ({kind}) => kind, head: 'KIND'},
      {cell: ({action}, {dim, green}) => (action === 'keep' ? dim(action) : green(action)), head: 'ACTION'},
      {cell: ({expires}) => expires?.slice(0, 10) ?? '-', head: 'EXPIRES'},
      {cell: ({reason}) => reason, head: 'REASON'},
      {cell: ({names}) => names.join(', '), head: 'NAMES'},
    ],
    certificates,
  )
  return `${rows}\n\n${summary.issue} ${dryRun ? 'to issue' : 'issued'}, ${summary.keep} kept`
}
