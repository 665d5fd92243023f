import {Flags} from '@oclif/core'

import {BaseCommand} from '../../cli/base-command.js'
import {labFolderFlag} from '../../cli/lab-flags.js'

export default class LabDown extends BaseCommand {
  static override description =
    'Ends the processes that the lab started, found by their pid files and start times. Removes nothing without --purge; `fedctl lab up` brings the same lab up again.'

  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --purge']
  static override flags = {
    dir: labFolderFlag,
    purge: Flags.boolean({description: 'also remove what the lab made in its folder: data, certificates, secrets'}),
  }

  static override summary = 'stop the lab'

  async run(): Promise<void> {
    const {flags} = await this.parse(LabDown)
    const {purgeLab, stopLab} = await import('../../lab/down.js')
    const {openLab, requireRecord} = await import('../../lab/open-lab.js')
    const lab = await openLab(flags.dir)
    const {federation} = lab
    if (flags.purge) requireRecord(lab, flags.dir)
    await this.whileLocked(federation.workspace, false, async () => {
      const stopped = await stopLab(federation, this.ports.clock)
      this.log(
        stopped.length === 0 ? 'nothing was running' : `stopped ${stopped.length} processes: ${stopped.join(', ')}`,
      )
      if (flags.purge) await purgeLab(federation.workspace)
    })
    if (flags.purge) this.log(`removed what the lab had made in ${federation.workspace}`)
  }
}
