import {bootstrapFederation, type BootstrapReport, bootstrapText} from '../../acl/bootstrap-federation.js'
import {BaseCommand} from '../../cli/base-command.js'
import {dryRunFlag, federationFlag} from '../../cli/flags.js'

export default class AclBootstrap extends BaseCommand {
  static override description =
    'Asks the primary for the management token, once. Consul 1.15 and newer take a secret that is saved before; older ones choose it, and it is saved\n' +
    'the moment it arrives. ACLs that somebody else has bootstrapped are used with CONSUL_HTTP_TOKEN or CONSUL_HTTP_TOKEN_FILE.'

  static override enableJsonFlag = true

  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --dry-run']

  static override flags = {'dry-run': dryRunFlag, federation: federationFlag}

  static override summary = 'make the management token of the federation'

  async run(): Promise<BootstrapReport> {
    const {flags} = await this.parse(AclBootstrap)
    const federation = await this.loadFederation(flags.federation)
    const {'dry-run': dryRun} = flags
    const report = await this.whileJournalled(federation, dryRun, async (journal) =>
      bootstrapFederation({
        dryRun,
        federation,
        journal,
        ports: this.ports,
        secrets: await this.loadSecrets(federation),
      }),
    )
    this.log(bootstrapText(report))
    return report
  }
}
