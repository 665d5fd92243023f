import {Args} from '@oclif/core'

import {LabFaultCommand} from '../../cli/lab-fault-command.js'
import {labFolderFlag} from '../../cli/lab-flags.js'

export default class LabBreak extends LabFaultCommand {
  static override args = {
    fault: Args.string({
      description: 'what to break, as `fedctl lab faults` names it',
      ignoreStdin: true,
      required: true,
    }),
  }

  static override description =
    'Breaks one thing of a lab that is up: agents, gateways, files and ACLs for real, so that one can see what `fedctl verify` makes of it.\n' +
    'What has to be put back is kept on disk before; `fedctl lab mend` does that, also after a kill. One fault at a time.'

  static override examples = [
    '<%= config.bin %> <%= command.id %> gateway-dead',
    '<%= config.bin %> <%= command.id %> foreign-ca --dir my-lab',
  ]

  static override flags = {dir: labFolderFlag}
  static override summary = 'break something in the lab'

  async run(): Promise<void> {
    const {args, flags} = await this.parse(LabBreak)
    const {breakLabOnPurpose} = await import('../../cli/lab-faults.js')
    await breakLabOnPurpose(args.fault, this.faultOptions(flags))
  }
}
