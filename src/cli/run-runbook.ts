import {relative} from 'node:path'

import {FedctlError} from '../errors/fedctl-error.js'
import type {RunbookContext} from '../runbooks/context.js'
import {runRunbook} from '../runbooks/engine.js'
import {type Journal, openJournal} from '../federation/journal.js'
import type {Change, Runbook} from '../runbooks/step.js'
import {forShell} from '../system/for-shell.js'
import {Redactor} from '../system/redaction.js'
import {invocation} from './invocation.js'
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
  const journal = journalOf(runbook.id, context)
  const view = options.view ?? (isLive(options) ? await terminalRunbook(runbook) : plainRunbook(context.ports.talk))
  const changes: Change[] = []
  await runRunbook(runbook, context, journal, (event) => {
    if (event.type === 'change') changes.push(event.change)
    view.listener(event)
  })
    .catch((error: unknown) => {
      throw context.lives.any() ? sayingWhatRuns(error, context.federation.workspace) : error
    })
    .finally(() => view.end())
  return changes
}

/** The journal of what runs under that id; no secret of the workspace gets into it. */
export function journalOf(id: string, {federation, ports, secrets}: RunbookContext): Journal {
  const redactor = new Redactor()
  redactor.add(() => [...secrets.texts(), ports.env.CONSUL_HTTP_TOKEN ?? ''])
  return openJournal(federation.workspace, id, {clock: ports.clock, redact: (text) => redactor.redact(text)})
}

/** Whoever stops a run may think that what it has started ends with it. */
export function sayingWhatRuns(error: unknown, workspace: string): unknown {
  if (!(error instanceof FedctlError) || error.code !== 'cancelled') return error
  const folder = forShell(relative(process.cwd(), workspace) || '.')
  const command = `${invocation(process.argv, process.cwd())} lab down --dir ${folder}`
  error.suggestions.push(`what was started keeps running; ${command} ends it`)
  return error
}

function isLive({debug, quiet}: ShowOptions): boolean {
  return process.stderr.isTTY && !debug && !quiet
}
