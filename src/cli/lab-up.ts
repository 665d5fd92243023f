import type {Federation} from '../federation/model.js'
import type {Secrets} from '../federation/secrets.js'
import type {LabOptions} from '../lab/options.js'
import {prepareLab} from '../lab/prepare.js'
import {bringUp} from '../lab/up.js'
import {openRunbookContext} from '../runbooks/open-context.js'
import type {Ports} from '../system/ports.js'
import {localPrograms} from './programs.js'
import {type ShowOptions, showRunbook} from './run-runbook.js'

interface LabUpOptions extends ShowOptions {
  readonly directory: string
  loadSecrets(federation: Federation): Promise<Secrets>
  readonly ports: Ports
  print(text: string): void
  readonly wanted: Partial<LabOptions>
}

/** @returns The exit code. */
export async function labUp(options: LabUpOptions): Promise<number> {
  const {directory, ports, wanted} = options
  const programs = localPrograms(ports)
  const {consul} = await programs()
  const request = {consul, directory, now: ports.clock.now(), platform: process.platform, wanted}
  const {federation, release} = await prepareLab(request)
  try {
    const secrets = await options.loadSecrets(federation)
    const context = openRunbookContext(federation, secrets, programs, ports)
    try {
      await bringUp(context, (runbook) => showRunbook(runbook, context, options))
      return 0
    } finally {
      await context.close()
    }
  } finally {
    await release()
  }
}
