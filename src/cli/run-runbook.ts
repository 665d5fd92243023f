import type {RunbookContext} from '../runbooks/context.js'
import {runRunbook} from '../runbooks/engine.js'
import type {RunbookListener} from '../runbooks/events.js'
import {openJournal} from '../runbooks/journal.js'
import type {Runbook} from '../runbooks/step.js'
import {plainRunbook} from './reporters/runbook-plain.js'
import {terminalRunbook} from './reporters/runbook-terminal.js'

export interface ShowOptions {
  readonly debug: boolean
  readonly quiet: boolean
}

/**
 * Runs a runbook and shows its progress on stderr: a live list on a terminal, lines elsewhere and where instructions have to stay readable.
 * @throws What the engine throws.
 */
export async function showRunbook(runbook: Runbook, context: RunbookContext, options: ShowOptions): Promise<void> {
  const journal = openJournal(context.federation.workspace, runbook.id, context.ports.clock)
  const byHand = context.federation.datacenters.some(({clients, gateways, servers}) =>
    [...clients, ...gateways, ...servers].some(({host}) => host === 'manual'),
  )
  if (process.stderr.isTTY && !byHand && !options.debug && !options.quiet) {
    const live = await terminalRunbook(runbook)
    await runRunbook(runbook, context, journal, live.listener).finally(() => live.end())
    return
  }
  const listener: RunbookListener = plainRunbook(context.ports.talk)
  await runRunbook(runbook, context, journal, listener)
}
