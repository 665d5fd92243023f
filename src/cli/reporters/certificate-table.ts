import type {CertificateReport, CertificateRow} from '../../pki/certificate-report.js'
import {table} from '../table.js'

/** The certificates of a federation as a table, with a count below. */
export function certificateTable({certificates, dryRun, summary}: CertificateReport): string {
  const rows = table<CertificateRow>(
    [
      {cell: ({node}) => node, head: 'node'},
      {cell: ({kind}) => kind, head: 'kind'},
      {cell: ({action}, {dim, green}) => (action === 'keep' ? dim(action) : green(action)), head: 'action'},
      {cell: ({expires}) => expires?.slice(0, 10) ?? '-', head: 'expires'},
      {cell: ({reason}) => reason, head: 'reason'},
      {cell: ({names}) => names.join(', '), head: 'names'},
    ],
    certificates,
  )
  return `${rows}\n\n${summary.issue} ${dryRun ? 'to issue' : 'issued'}, ${summary.keep} kept`
}
