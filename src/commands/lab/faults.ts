import {BaseCommand} from '../../cli/base-command.js'
import type {ListedFaults} from '../../lab/faults/listed.js'

export default class LabFaults extends BaseCommand {
  static override description = 'What `fedctl lab break` can break, and what `fedctl verify` then names first.'
  static override enableJsonFlag = true
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json']
  static override summary = 'list what can be broken'

  async run(): Promise<ListedFaults> {
    await this.parse(LabFaults)
    const {listFaults} = await import('../../lab/faults/listed.js')
    const {labFaultsText} = await import('../../cli/reporters/lab-faults.js')
    const listed = listFaults()
    if (!this.jsonEnabled()) this.log(labFaultsText(listed))
    return listed
  }
}
