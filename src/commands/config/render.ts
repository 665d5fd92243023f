import {Flags} from '@oclif/core'

import {BaseCommand} from '../../cli/base-command.js'
import {datacenterFlag, dryRunFlag, federationFlag, nodeFlag} from '../../cli/flags.js'
import {renderedFilesTable} from '../../cli/reporters/rendered-files.js'
import {renderFederation} from '../../config/render-federation.js'

export default class ConfigRender extends BaseCommand {
  static override description =
    'Writes one folder per node, as it lies on the node: configuration and certificates. Files with secrets are readable for you alone.\n' +
    'Rendering again changes only what differs.'

  static override enableJsonFlag = true

  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --dc dc2 --dry-run',
  ]

  static override flags = {
    dc: datacenterFlag,
    'dry-run': dryRunFlag,
    federation: federationFlag,
    node: nodeFlag,
    out: Flags.directory({description: 'write below this folder instead of rendered/', helpValue: 'DIR'}),
  }

  static override summary = 'write the configuration of every agent'

  async run() {
    const {flags} = await this.parse(ConfigRender)
    const federation = await this.loadFederation(flags.federation)
    const {'dry-run': dryRun} = flags
    const files = await this.whileJournalled(federation, dryRun, async (journal) =>
      renderFederation(federation, await this.loadSecrets(federation), {...flags, dryRun, journal}),
    )
    this.log(renderedFilesTable(files, process.cwd()))
    return {dryRun, files, schemaVersion: 1}
  }
}
