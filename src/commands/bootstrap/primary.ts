import {dryRunFlag, federationFlag} from '../../cli/flags.js'
import {BootstrapCommand} from '../../cli/bootstrap-command.js'
import {bootstrap} from '../../cli/bootstrap.js'

export default class BootstrapPrimary extends BootstrapCommand {
  static override description =
    'Certificates, configuration, servers, ACLs and gateways of the primary, each step finished when its checks pass. Run it again after anything went wrong: it does what is left.'
  static override examples = ['<%= config.bin %> <%= command.id %> --dry-run', '<%= config.bin %> <%= command.id %>']
  static override flags = {'dry-run': dryRunFlag, federation: federationFlag}
  static override summary = 'bring up the primary datacenter'

  async run(): Promise<void> {
    const {flags} = await this.parse(BootstrapPrimary)
    const federation = await this.loadFederation(flags.federation)
    const {primaryRunbook} = await import('../../runbooks/primary.js')
    const runbook = primaryRunbook(federation)
    await this.whileBootstrapping(federation, flags, (options) => bootstrap(runbook, options))
  }
}
