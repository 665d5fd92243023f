import {Flags} from '@oclif/core'

import {BaseCommand} from '../../cli/base-command.js'
import {labFolderFlag} from '../../cli/lab-flags.js'

export default class LabDown extends BaseCommand {
  static override description =
    'Ends the processes that the lab, or another workspace with `host: local`, started on this machine, found by their pid files and start times. Removes nothing without --purge; `fedctl lab up` brings the same lab up again.'

  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --purge']
  static override flags = {
    dir: labFolderFlag,
    purge: Flags.boolean({
      default: false,
      description: 'also remove what the lab made in its folder: data, certificates, secrets',
    }),
  }

  static override summary = 'stop the lab'

  async run(): Promise<void> {
    const {flags} = await this.parse(LabDown)
    const {purgeLab, removeEmptyFolders, stopLab} = await import('../../lab/down.js')
    const {nodesElsewhere, openLabToStop} = await import('../../lab/open-lab.js')
    const {federation, workspace} = await openLabToStop(flags.dir, flags.purge)
    await this.whileLocked(workspace, false, async () => {
      const stopped = await stopLab(workspace, federation, this.ports)
      this.log(
        stopped.length === 0 ? 'nothing was running' : `stopped ${stopped.length} processes: ${stopped.join(', ')}`,
      )
      const others = nodesElsewhere(federation)
      if (others.length > 0) this.log(`not of this machine, and left as they are: ${others.join(', ')}`)
      if (flags.purge) await purgeLab(workspace)
    })
    if (!flags.purge) return
    await removeEmptyFolders(workspace)
    this.log(`removed what the lab had made in ${workspace}`)
  }
}
