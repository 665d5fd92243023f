import {BaseCommand} from '../../cli/base-command.js'
import {federationFlag} from '../../cli/flags.js'
import {runbookStatusText} from '../../cli/reporters/runbook-status.js'
import type {RunbooksStatus} from '../../runbooks/status.js'

export default class BootstrapStatus extends BaseCommand {
  static override description =
    'Each step of the runbooks with what its checks say now and what the journal says was done.'
  static override enableJsonFlag = true
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json']
  static override flags = {federation: federationFlag}
  static override summary = 'show where the runbooks stand'

  async run(): Promise<RunbooksStatus & {schemaVersion: 1}> {
    const {flags} = await this.parse(BootstrapStatus)
    const federation = await this.loadFederation(flags.federation)
    const {bootstrapStatus} = await import('../../cli/bootstrap.js')
    const status = await bootstrapStatus(federation, await this.loadSecrets(federation), this.ports)
    if (!this.jsonEnabled()) this.log(runbookStatusText(status))
    process.exitCode = status.reachable ? 0 : 4
    return {...status, schemaVersion: 1}
  }
}
