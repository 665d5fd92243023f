import {Args, Flags} from '@oclif/core'

import {BaseCommand} from '../../cli/base-command.js'
import {federationFlag} from '../../cli/flags.js'

export default class LabStandIn extends BaseCommand {
  static override args = {kind: Args.string({description: 'what it does wrong', required: true})}

  static override description =
    'Runs in the foreground in the place of a gateway, or of the API of a server, and does one thing wrong. `fedctl lab break` starts it.'

  static override flags = {
    bind: Flags.string({
      description: 'in place of a gateway: listen on this address; default: the LAN address of the gateway',
      helpValue: 'ADDRESS',
    }),
    federation: federationFlag,
    node: Flags.string({description: 'in whose place: DATACENTER/NAME', helpValue: 'NODE', required: true}),
  }

  static override hidden = true
  static override summary = 'run what a fault puts in the place of a node'

  async run(): Promise<void> {
    const {args, flags} = await this.parse(LabStandIn)
    const federation = await this.loadFederation(flags.federation)
    const secrets = await this.loadSecrets(federation)
    const {standInOf} = await import('../../lab/stand-ins/stand-ins.js')
    await standInOf(args.kind)({bind: flags.bind, federation, node: flags.node, ports: this.ports, secrets})
  }
}
