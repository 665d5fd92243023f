import type {Federation} from '../federation/model.js'
import {BaseCommand} from './base-command.js'
import type {BootstrapOptions} from './bootstrap.js'

interface BootstrapFlags {
  readonly debug: boolean
  readonly 'dry-run': boolean
  readonly quiet: boolean
}

/** What every command has that works through a runbook of a federation file. */
export abstract class BootstrapCommand extends BaseCommand {
  /** Does something with what `bootstrap` needs, as `whileWriting` does. */
  protected async whileBootstrapping(
    federation: Federation,
    {debug, 'dry-run': dryRun, quiet}: BootstrapFlags,
    work: (options: BootstrapOptions) => Promise<void>,
  ): Promise<void> {
    await this.whileWriting(federation, dryRun, async () =>
      work({
        debug,
        dryRun,
        federation,
        ports: this.ports,
        print: (line) => this.log(line),
        quiet,
        secrets: await this.loadSecrets(federation),
      }),
    )
  }
}
