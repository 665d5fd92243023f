import {Flags} from '@oclif/core'

import {BootstrapCommand} from '../../cli/bootstrap-command.js'
import {bootstrap} from '../../cli/bootstrap.js'
import {datacenterFlag, dryRunFlag, federationFlag} from '../../cli/flags.js'
import {sayExisting} from '../../cli/say-existing.js'
import {terminalAsker} from '../../cli/prompts/asker.js'

export default class BootstrapSecondary extends BootstrapCommand {
  static override description =
    'The documented steps for a new secondary datacenter in their order, each finished when its checks pass. Run it again after anything went wrong: it does what is left.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --dc dc2 --dry-run',
    '<%= config.bin %> <%= command.id %> --dc dc2',
    '<%= config.bin %> <%= command.id %> --dc dc2 --existing --dry-run',
    '<%= config.bin %> <%= command.id %> --dc dc2 --existing --own-token-file dc2.token --adopt',
  ]
  static override flags = {
    'accept-data-loss': Flags.boolean({
      dependsOn: ['existing'],
      description:
        'it runs on its own: go on without its policies, roles, global tokens, intentions and config entries',
      exclusive: ['adopt'],
    }),
    adopt: Flags.boolean({
      dependsOn: ['existing'],
      description: 'it runs on its own: make in the primary what it alone has, as far as nothing there conflicts',
    }),
    dc: datacenterFlag,
    'dry-run': dryRunFlag,
    existing: Flags.boolean({
      description:
        'it is joined the traditional way, or runs on its own: move it to mesh gateways without losing the link, or what it holds',
    }),
    federation: federationFlag,
    'own-token-file': Flags.file({
      dependsOn: ['existing'],
      description: 'it runs on its own: a file that holds a management token of it as it is now',
      helpValue: 'FILE',
    }),
    yes: Flags.boolean({
      dependsOn: ['existing'],
      description: 'go on without a question, and have the federation file say via: mesh-gateways afterwards',
    }),
  }
  static override summary = 'add a secondary datacenter to the federation'

  async run(): Promise<void> {
    const {flags} = await this.parse(BootstrapSecondary)
    const federation = await this.loadFederation(flags.federation)
    const {chooseSecondary, secondaryRunbook} = await import('../../runbooks/secondary.js')
    const datacenter = chooseSecondary(federation, flags.dc)
    await this.whileBootstrapping(federation, flags, async (options) => {
      if (!flags.existing) {
        await sayExisting(federation, datacenter, this.ports)
        return bootstrap(secondaryRunbook(federation, datacenter), options)
      }
      const {bootstrapExisting} = await import('../../cli/bootstrap-existing.js')
      const asker = terminalAsker({input: process.stdin, output: process.stderr}, this.ports.signal)
      await bootstrapExisting({
        ...options,
        acceptDataLoss: flags['accept-data-loss'],
        adopt: flags.adopt,
        asker,
        before: federation,
        ownTokenFile: flags['own-token-file'],
        secondary: datacenter.name,
        yes: flags.yes,
      })
    })
  }
}
