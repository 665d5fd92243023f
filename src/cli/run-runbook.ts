import type {RunbookContext} from '../runbooks/context.js'
import {runRunbook} from '../runbooks/engine.js'
import {openJournal} from '../federation/journal.js'
import type {Change, Runbook} from '../runbooks/step.js'
import {Redactor} from '../system/redaction.js'
import {plainRunbook} from './reporters/runbook-plain.js'
import type {RunbookView} from './reporters/runbook-view.js'
import {terminalRunbook} from './reporters/runbook-terminal.js'

export interface ShowOptions {
  readonly debug: boolean
  readonly quiet: boolean
  /** Shows it instead of what suits stderr. */
  readonly view?: RunbookView | undefined
}

/**
 * Runs a runbook and shows its progress on stderr: a live list on a terminal, lines elsewhere.
 * @returns What was changed. @throws What the engine throws.
 */
export async function showRunbook(runbook: Runbook, context: RunbookContext, options: ShowOptions): Promise<Change[]> {
  const redactor = new Redactor()
  redactor.add(() => [...context.secrets.texts(), context.ports.env.CONSUL_HTTP_TOKEN ?? ''])
  const redact = (text: string) => redactor.redact(text)
  const journal = openJournal(context.federation.workspace, runbook.id, {clock: context.ports.clock, redact})
  const view = options.view ?? (isLive(options) ? await terminalRunbook(runbook) : plainRunbook(context.ports.talk))
  const changes: Change[] = []
  await runRunbook(runbook, context, journal, (event) => {
    if (event.type === 'change') changes.push(event.change)
    view.listener(event)
  }).finally(() => view.end())
  return changes
}

function isLive({debug, quiet}: ShowOptions): boolean {
  return process.stderr.isTTY && !debug && !quiet
}
