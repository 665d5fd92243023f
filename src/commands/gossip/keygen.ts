import {BaseCommand} from '../../cli/base-command.js'
import {newGossipKey} from '../../federation/secrets.js'

export default class GossipKeygen extends BaseCommand {
  static override description = 'Prints 32 random bytes in base64, as `consul keygen` does. Nothing is stored.'

  static override enableJsonFlag = true

  static override examples = ['<%= config.bin %> <%= command.id %>']

  static override summary = 'print a new gossip key'

  async run() {
    await this.parse(GossipKeygen)
    const key = newGossipKey()
    this.log(key)
    return {key, schemaVersion: 1}
  }
}
