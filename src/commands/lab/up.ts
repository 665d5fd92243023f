import {Flags} from '@oclif/core'

import {BaseCommand} from '../../cli/base-command.js'
import {labFolderFlag} from '../../cli/lab-flags.js'

export default class LabUp extends BaseCommand {
  static override description =
    'Real Consul agents and gateways as background processes on this machine, brought up by the ordinary runbooks from an ordinary federation file, and verified. They outlive this command; `fedctl lab down` ends them. Run again, it starts what does not run and verifies anew.'

  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --datacenters 3 --servers 3',
    '<%= config.bin %> <%= command.id %> --isolate --dir apart',
    '<%= config.bin %> <%= command.id %> --via wan-gossip --dir old-way',
  ]

  static override flags = {
    acl: Flags.boolean({allowNo: true, description: 'ACLs (default: on)'}),
    datacenters: Flags.integer({description: 'number of datacenters, 1 to 5 (default: 2)', max: 5, min: 1}),
    'default-policy': Flags.option({
      description: 'what is allowed without a rule (default: deny)',
      options: ['allow', 'deny'] as const,
    })(),
    dir: labFolderFlag,
    isolate: Flags.boolean({
      description:
        'give each datacenter a network namespace that reaches the others only through gateways (Linux, root, iproute2)',
    }),
    servers: Flags.integer({description: 'servers in each datacenter, 1 to 5 (default: 1)', max: 5, min: 1}),
    via: Flags.option({
      description:
        'how the datacenters are joined (default: mesh-gateways); wan-gossip makes some to try `bootstrap secondary --existing` on',
      options: ['mesh-gateways', 'wan-gossip'] as const,
    })(),
  }

  static override summary = 'bring up a real federation on this machine'

  async run(): Promise<void> {
    const {flags} = await this.parse(LabUp)
    const {labUp} = await import('../../cli/lab-up.js')
    const {acl, datacenters, debug, dir, isolate, quiet, servers, via} = flags
    process.exitCode = await labUp({
      debug,
      directory: dir,
      loadSecrets: (federation) => this.loadSecrets(federation),
      ports: this.ports,
      print: (text) => this.log(text),
      quiet,
      whileLocked: (workspace, work) => this.whileLocked(workspace, false, work),
      wanted: {
        ...(acl === undefined ? {} : {acl}),
        ...(datacenters === undefined ? {} : {datacenters}),
        ...(flags['default-policy'] === undefined ? {} : {defaultPolicy: flags['default-policy']}),
        ...(isolate === undefined ? {} : {isolate}),
        ...(servers === undefined ? {} : {servers}),
        ...(via === undefined ? {} : {via}),
      },
    })
  }
}
