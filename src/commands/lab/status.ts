import {BaseCommand} from '../../cli/base-command.js'
import {labFolderFlag} from '../../cli/lab-flags.js'
import type {LabStatus as Status} from '../../lab/status.js'

export default class LabStatus extends BaseCommand {
  static override description = 'Which processes of the lab run, and where. Asks no agent; `fedctl verify` does.'
  static override enableJsonFlag = true
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json']
  static override flags = {dir: labFolderFlag}
  static override summary = 'show the processes of the lab'

  async run(): Promise<Status> {
    const {flags} = await this.parse(LabStatus)
    const {openLab} = await import('../../lab/open-lab.js')
    const {labStatus, strayProcesses} = await import('../../lab/status.js')
    const {labStatusText} = await import('../../cli/reporters/lab-status.js')
    const {federation} = await openLab(flags.dir)
    const status = await labStatus(federation)
    const strays = (await strayProcesses(federation)).map(({node, pid}) => `${node} (pid ${pid})`)
    if (strays.length > 0)
      this.ports.talk(`not in the federation file, and ended by fedctl lab down: ${strays.join(', ')}`)
    if (!this.jsonEnabled()) this.log(labStatusText(status))
    return status
  }
}
