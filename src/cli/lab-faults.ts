import {relative} from 'node:path'

import type {Federation} from '../federation/model.js'
import type {Secrets} from '../federation/secrets.js'
import type {LocalPrograms} from '../hosts/local-host.js'
import {breakLab} from '../lab/faults/break.js'
import type {Fault} from '../lab/faults/fault.js'
import {forgetFault, readFaultRecord} from '../lab/faults/fault-record.js'
import {faultOf} from '../lab/faults/faults.js'
import {mendLab} from '../lab/faults/mend.js'
import {openLabToBreak} from '../lab/open-lab.js'
import {type OpenRunbookContext, openRunbookContext} from '../runbooks/open-context.js'
import {runbooksOf} from '../runbooks/runbooks.js'
import type {Ports} from '../system/ports.js'
import {forShell} from '../system/for-shell.js'
import {invocation} from './invocation.js'
import {fedctlHere} from './paste-ready.js'
import {localPrograms} from './programs.js'
import {type ShowOptions, showRunbook} from './run-runbook.js'

export interface LabFaultOptions extends ShowOptions {
  readonly directory: string
  loadSecrets(federation: Federation): Promise<Secrets>
  readonly ports: Ports
  readonly print: (text: string) => void
  /** Keeps other runs out of the workspace meanwhile. */
  readonly whileLocked: (workspace: string, work: () => Promise<void>) => Promise<void>
}

/** Makes a fault in a lab and says what to look at. @throws As `faultOf`, `openLabToBreak` and `breakLab`. */
export async function breakLabOnPurpose(id: string, options: LabFaultOptions): Promise<void> {
  const fault = faultOf(id)
  await withLab(options, async (lab) => {
    const {context} = lab
    const shows = await breakLab(fault, lab, options.directory)
    const fedctl = invocation(process.argv, process.cwd())
    const verify = `${fedctl} verify --federation ${forShell(relative(process.cwd(), context.federation.file))}`
    options.print(
      [
        `broken: ${fault.title}`,
        shows ? shownAs(fault) : `not to be seen yet; in time: ${shownAs(fault)}`,
        '',
        `  ${verify}`,
        `  ${fedctl} lab mend --dir ${forShell(options.directory)}`,
      ].join('\n'),
    )
  })
}

/** Mends the fault of a lab, with the runbooks that made it. @throws As `openLabToBreak`, `mendLab` and the engine. */
export async function mendLabAgain(options: LabFaultOptions): Promise<void> {
  await withLab(options, async ({context}) => {
    const {federation} = context
    const record = await readFaultRecord(federation.workspace)
    if (!record) {
      options.print('nothing is broken')
      return
    }
    const fault = faultOf(record.fault)
    await mendLab(fault, context)
    for (const runbook of runbooksOf(federation)) await showRunbook(runbook, context, options)
    await forgetFault(federation.workspace)
    options.print(`mended: ${fault.id}`)
  })
}

function shownAs({cause, checks}: Fault): string {
  return cause === undefined ? `verify warns: ${checks.join(', ')}` : `verify names ${cause} first`
}

interface OpenedLab {
  readonly context: OpenRunbookContext
  readonly programs: () => Promise<LocalPrograms>
}

async function withLab(options: LabFaultOptions, work: (lab: OpenedLab) => Promise<void>): Promise<void> {
  const {directory, ports} = options
  const {federation, record} = await openLabToBreak(directory)
  await options.whileLocked(federation.workspace, async () => {
    const programs = localPrograms(ports, record.consul)
    const context = openRunbookContext({
      fedctl: await fedctlHere(federation, ports),
      federation,
      ports,
      programs,
      secrets: await options.loadSecrets(federation),
    })
    await work({context, programs}).finally(() => context.close())
  })
}
