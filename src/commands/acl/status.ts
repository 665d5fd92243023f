import {type AclStatus as AclStatusReport, readAclStatus} from '../../acl/status.js'
import {statusNote, statusTables} from '../../cli/reporters/acl-status.js'
import {BaseCommand} from '../../cli/base-command.js'
import {federationFlag} from '../../cli/flags.js'
import {table} from '../../cli/table.js'

export default class AclStatus extends BaseCommand {
  static override description =
    'Shows for each datacenter whether ACLs are on, bootstrapped and replicated, how policies and tokens differ from the federation file, and which\n' +
    'servers know which token by themselves. Comparing needs a token with acl:read.'

  static override enableJsonFlag = true

  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json']

  static override flags = {federation: federationFlag}

  static override summary = 'show policies, tokens and their replication'

  async run(): Promise<AclStatusReport> {
    const {flags} = await this.parse(AclStatus)
    const federation = await this.loadFederation(flags.federation)
    const status = await readAclStatus(federation, await this.loadSecrets(federation), this.ports)
    const parts = [...statusTables(status).map(({columns, rows}) => table(columns, rows)), statusNote(status)]
    this.log(parts.filter((part) => part !== undefined).join('\n\n'))
    return status
  }
}
