import {BaseCommand} from '../../cli/base-command.js'
import {bootstrap} from '../../cli/bootstrap.js'
import {datacenterFlag, dryRunFlag, federationFlag} from '../../cli/flags.js'

export default class BootstrapSecondary extends BaseCommand {
  static override description =
    'The documented steps for a new secondary datacenter in their order, each finished when its checks pass. Run it again after anything went wrong: it does what is left.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --dc dc2 --dry-run',
    '<%= config.bin %> <%= command.id %> --dc dc2',
  ]
  static override flags = {
    dc: datacenterFlag,
    'dry-run': dryRunFlag,
    federation: federationFlag,
  }
  static override summary = 'add a secondary datacenter to the federation'

  async run(): Promise<void> {
    const {flags} = await this.parse(BootstrapSecondary)
    const federation = await this.loadFederation(flags.federation)
    const {chooseSecondary, secondaryRunbook} = await import('../../runbooks/secondary.js')
    const runbook = secondaryRunbook(federation, chooseSecondary(federation, flags.dc))
    const {debug, 'dry-run': dryRun, quiet} = flags
    await this.whileLocked(federation.workspace, dryRun, async () =>
      bootstrap(runbook, {
        debug,
        dryRun,
        federation,
        ports: this.ports,
        print: (line) => this.log(line),
        quiet,
        secrets: await this.loadSecrets(federation),
      }),
    )
  }
}
