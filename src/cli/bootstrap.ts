import type {Federation} from '../federation/model.js'
import type {Secrets} from '../federation/secrets.js'
import {dryRun} from '../runbooks/dry-run.js'
import {openRunbookContext} from '../runbooks/open-context.js'
import {runbooksOf} from '../runbooks/runbooks.js'
import {type RunbookStatus, runbookStatus} from '../runbooks/status.js'
import type {Runbook} from '../runbooks/step.js'
import type {Ports} from '../system/ports.js'
import {localPrograms} from './programs.js'
import {type ShowOptions, showRunbook} from './run-runbook.js'

interface BootstrapOptions extends ShowOptions {
  readonly dryRun: boolean
  readonly federation: Federation
  readonly ports: Ports
  print(line: string): void
  readonly secrets: Secrets
}

/** Runs a runbook with progress on stderr, or prints on stdout what it would do. */
export async function bootstrap(runbook: Runbook, options: BootstrapOptions): Promise<void> {
  const {federation, ports, secrets} = options
  const context = openRunbookContext(federation, secrets, localPrograms(ports), ports)
  try {
    if (options.dryRun) {
      for (const line of await dryRun(runbook, context)) options.print(line)
      return
    }
    await showRunbook(runbook, context, options)
    ports.talk(`done: ${runbook.title}`)
  } finally {
    await context.close()
  }
}

/** Where the runbooks of a federation stand, the primary's first. */
export async function bootstrapStatus(
  federation: Federation,
  secrets: Secrets,
  ports: Ports,
): Promise<RunbookStatus[]> {
  const context = openRunbookContext(federation, secrets, localPrograms(ports), ports)
  try {
    return await runbookStatus(runbooksOf(federation), context)
  } finally {
    await context.close()
  }
}
