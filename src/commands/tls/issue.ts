import {BaseCommand} from '../../cli/base-command.js'
import {datacenterFlag, dryRunFlag, federationFlag, nodeFlag} from '../../cli/flags.js'
import {certificateTable} from '../../cli/reporters/certificate-table.js'
import {type CertificateReport, reportIssuing} from '../../pki/certificate-report.js'

export default class TlsIssue extends BaseCommand {
  static override description =
    'Creates the CA in pki/ where there is none, keeps every certificate that complies, and says why it issues the others anew.\n' +
    'What is replaced is kept beside the new file.'

  static override enableJsonFlag = true

  static override examples = [
    '<%= config.bin %> <%= command.id %> --dry-run',
    '<%= config.bin %> <%= command.id %> --dc dc2',
    '<%= config.bin %> <%= command.id %> --node dc2-s1',
  ]

  static override flags = {
    'dry-run': dryRunFlag,
    dc: datacenterFlag,
    federation: federationFlag,
    node: nodeFlag,
  }

  static override summary = 'issue every certificate of the federation file'

  async run(): Promise<CertificateReport> {
    const {flags} = await this.parse(TlsIssue)
    const federation = await this.loadFederation(flags.federation)
    const {dc, 'dry-run': dryRun, node} = flags
    const {clock, signal} = this.ports
    const report = await this.whileJournalled(federation, dryRun, (journal) =>
      reportIssuing(federation, {dc, dryRun, journal, node, now: clock.now(), signal}),
    )
    this.log(certificateTable(report))
    return report
  }
}
