import {Flags} from '@oclif/core'

import {BootstrapCommand} from '../../cli/bootstrap-command.js'
import {bootstrap} from '../../cli/bootstrap.js'
import {dryRunFlag, federationFlag} from '../../cli/flags.js'

export default class BootstrapRestore extends BootstrapCommand {
  static override description =
    'Puts the configuration back that was kept when the agent was last changed, and restarts the agent with it. The federation file stays as it is, so the runbooks change the agent again.'
  static override examples = ['<%= config.bin %> <%= command.id %> --node dc1-s2']
  static override flags = {
    'dry-run': dryRunFlag,
    federation: federationFlag,
    node: Flags.string({description: 'name of an agent, or <datacenter>/<name>', helpValue: 'NAME', required: true}),
  }
  static override summary = 'put the previous configuration of an agent back'

  async run(): Promise<void> {
    const {flags} = await this.parse(BootstrapRestore)
    const federation = await this.loadFederation(flags.federation)
    const {chooseAgent, restoreRunbook} = await import('../../runbooks/restore.js')
    const runbook = restoreRunbook(chooseAgent(federation, flags.node))
    await this.whileBootstrapping(federation, flags, (options) => bootstrap(runbook, options))
  }
}
