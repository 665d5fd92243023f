import {LabFaultCommand} from '../../cli/lab-fault-command.js'
import {labFolderFlag} from '../../cli/lab-flags.js'

export default class LabMend extends LabFaultCommand {
  static override description =
    'Undoes what `fedctl lab break` did: puts files back as they were, starts what has ended or runs with other files, and runs the ordinary runbooks.\n' +
    'Consul may need up to five minutes to use ways again that were dead for a while.'

  static override examples = ['<%= config.bin %> <%= command.id %>']
  static override flags = {dir: labFolderFlag}
  static override summary = 'mend what was broken in the lab'

  async run(): Promise<void> {
    const {flags} = await this.parse(LabMend)
    const {mendLabAgain} = await import('../../cli/lab-faults.js')
    await mendLabAgain(this.faultOptions(flags))
  }
}
