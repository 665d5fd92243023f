import type {Federation} from '../federation/model.js'
import type {Secrets} from '../federation/secrets.js'
import {agentsOf} from '../federation/selectors.js'
import {readLabRecord} from '../lab/lab-record.js'
import type {RunbookContext} from '../runbooks/context.js'
import {dryRun} from '../runbooks/dry-run.js'
import {openRunbookContext} from '../runbooks/open-context.js'
import {runbooksOf} from '../runbooks/runbooks.js'
import {type RunbooksStatus, runbooksStatus} from '../runbooks/status.js'
import type {Runbook} from '../runbooks/step.js'
import type {Ports} from '../system/ports.js'
import {nextAfterBootstrap} from './next-after-bootstrap.js'
import {fedctlHere} from './paste-ready.js'
import {localPrograms} from './programs.js'
import {attendedRunbook} from './reporters/runbook-attended.js'
import {plainRunbook} from './reporters/runbook-plain.js'
import {type ShowOptions, showRunbook} from './run-runbook.js'
import {sayResumption} from './say-resumption.js'
import {sayWhoseToken} from './whose-token.js'

export interface BootstrapOptions extends ShowOptions {
  /** Does something else while the runbook works. */
  readonly during?: (context: RunbookContext, work: () => Promise<void>) => Promise<void>
  readonly dryRun: boolean
  readonly federation: Federation
  readonly ports: Ports
  readonly print: (line: string) => void
  readonly secrets: Secrets
}

/** Runs a runbook with progress on stderr, or prints on stdout what it would do. */
export async function bootstrap(runbook: Runbook, options: BootstrapOptions): Promise<void> {
  const {federation, ports, secrets} = options
  sayWhoseToken(federation, secrets, ports)
  const programs = localPrograms(ports, (await readLabRecord(federation.workspace))?.consul)
  // Found out before anything is made.
  if (!options.dryRun && startsHere(federation)) await programs()
  const attended = isAttended(federation) ? attendedRunbook({...options, talk: ports.talk}) : undefined
  const fedctl = await fedctlHere(federation, ports)
  const context = openRunbookContext({fedctl, federation, person: attended?.person, ports, programs, secrets})
  try {
    if (options.dryRun) {
      for (const line of await dryRun(runbook, context)) options.print(line)
      return
    }
    const view = attended ?? (isByHand(federation) ? plainRunbook(ports.talk, options.print) : undefined)
    const work = async () => {
      await showRunbook(runbook, context, {...options, view})
    }
    await sayResumption([runbook], federation.workspace, ports)
    await (options.during ? options.during(context, work) : work())
    ports.talk(`done: ${runbook.title}\n${await nextAfterBootstrap(context)}`)
  } finally {
    await context.close()
  }
}

/**
 * @returns Prints a text that is neither plan nor instruction: as comments where a script for a shell is printed.
 */
export function asideOf({dryRun, federation, print}: Pick<BootstrapOptions, 'dryRun' | 'federation' | 'print'>) {
  const isScript = !dryRun && isByHand(federation) && !isAttended(federation)
  return (text: string) => print(isScript ? text.replaceAll(/^/gm, '# ').replaceAll(/^# $/gm, '#') : text)
}

/** Whether there is something to do by hand, and somebody at a terminal who can. */
function isAttended(federation: Federation): boolean {
  return isByHand(federation) && process.stdin.isTTY && process.stderr.isTTY
}

function isByHand({datacenters}: Federation): boolean {
  return datacenters
    .flatMap(({gateways, ...agents}) => [...agents.servers, ...agents.clients, ...gateways])
    .some(({host}) => host === 'manual')
}

function startsHere({datacenters}: Federation): boolean {
  return datacenters.flatMap(agentsOf).some(({host}) => host === 'local')
}

/**
 * Where the runbooks of a federation stand, the primary's first.
 * @throws FedctlError `usage` and what observing throws.
 */
export async function bootstrapStatus(federation: Federation, secrets: Secrets, ports: Ports): Promise<RunbooksStatus> {
  const programs = localPrograms(ports)
  const context = openRunbookContext({
    fedctl: await fedctlHere(federation, ports),
    federation,
    ports,
    programs,
    secrets,
  })
  try {
    return await runbooksStatus(runbooksOf(federation), context)
  } finally {
    await context.close()
  }
}
