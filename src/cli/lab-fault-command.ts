import {BaseCommand} from './base-command.js'
import type {LabFaultOptions} from './lab-faults.js'

/** What the commands have that break a lab and mend it. */
export abstract class LabFaultCommand extends BaseCommand {
  /** Of the lab in `directory`. */
  protected faultOptions(flags: {debug: boolean; dir: string; quiet: boolean}): LabFaultOptions {
    return {
      debug: flags.debug,
      directory: flags.dir,
      loadSecrets: (federation) => this.loadSecrets(federation),
      ports: this.ports,
      print: (text) => this.log(text),
      quiet: flags.quiet,
      whileLocked: (workspace, work) => this.whileLocked(workspace, false, work),
    }
  }
}
