import {type AclApplied, appliedText, applyAcl} from '../../acl/apply.js'
import {BaseCommand} from '../../cli/base-command.js'
import {dryRunFlag, federationFlag} from '../../cli/flags.js'

export default class AclApply extends BaseCommand {
  static override description =
    'Makes the policies and tokens in the primary what the federation file says, and nothing else: for replication, verification, gateways, the\n' +
    'anonymous token and every agent. Policies are found again by name, tokens by accessor. Nothing is deleted. The token needs acl:write.'

  static override enableJsonFlag = true

  static override examples = ['<%= config.bin %> <%= command.id %> --dry-run', '<%= config.bin %> <%= command.id %>']

  static override flags = {'dry-run': dryRunFlag, federation: federationFlag}

  static override summary = 'make policies and tokens what the federation file says'

  async run(): Promise<AclApplied> {
    const {flags} = await this.parse(AclApply)
    const federation = await this.loadFederation(flags.federation)
    const {'dry-run': dryRun} = flags
    const applied = await this.whileJournalled(federation, dryRun, async (journal) =>
      applyAcl({dryRun, federation, journal, ports: this.ports, secrets: await this.loadSecrets(federation)}),
    )
    this.log(appliedText(applied))
    return applied
  }
}
