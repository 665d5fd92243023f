import {relative, resolve} from 'node:path'

import {verify} from '../checks/verify.js'
import type {Federation} from '../federation/model.js'
import type {Secrets} from '../federation/secrets.js'
import {refuseBroken} from '../lab/faults/break.js'
import {makeNetwork} from '../lab/isolation/network.js'
import {requireIsolation} from '../lab/isolation/run-ip.js'
import type {LabOptions} from '../lab/options.js'
import {prepareLab, requireLabFolder} from '../lab/prepare.js'
import {seedLab} from '../lab/seed.js'
import {labStatus} from '../lab/status.js'
import {labSuggestions} from '../lab/suggestions.js'
import type {RunbookContext} from '../runbooks/context.js'
import {openRunbookContext} from '../runbooks/open-context.js'
import {revivalRunbook} from '../runbooks/revival.js'
import {runbooksOf} from '../runbooks/runbooks.js'
import type {Change} from '../runbooks/step.js'
import type {Ports} from '../system/ports.js'
import {invocation} from './invocation.js'
import {fedctlHere, pasteReady} from './paste-ready.js'
import {localPrograms} from './programs.js'
import {labScreen} from './reporters/lab-screen.js'
import {verifyExitCode} from './reporters/verify-report.js'
import {workDone} from './reporters/work-done.js'
import {journalOf, type ShowOptions, showRunbook} from './run-runbook.js'
import {sayResumption} from './say-resumption.js'

interface LabUpOptions extends ShowOptions {
  readonly directory: string
  loadSecrets(federation: Federation): Promise<Secrets>
  readonly ports: Ports
  readonly print: (text: string) => void
  readonly wanted: Partial<LabOptions>
  /** Keeps other runs out of the workspace meanwhile. */
  readonly whileLocked: (workspace: string, work: () => Promise<number>) => Promise<number>
}

/** Consul needs up to five minutes to use a way again that was dead for a while. */
const verifyWithinMs = 360_000

/**
 * Brings a lab up with the ordinary runbooks, verifies it and prints its screen. Run again, it starts what does not run.
 * @returns The exit code.
 */
export async function labUp(options: LabUpOptions): Promise<number> {
  const {directory, ports, wanted, whileLocked} = options
  const there = await requireLabFolder(directory, wanted)
  if (there?.options.isolate ?? wanted.isolate) {
    await requireIsolation({platform: process.platform, uid: process.getuid?.()}, ports)
  }
  const programs = localPrograms(ports, there?.consul)
  const {consul} = await programs()
  return whileLocked(resolve(directory), async () => {
    await refuseBroken(resolve(directory), directory)
    const lab = await prepareLab({consul, directory, now: ports.clock.now(), platform: process.platform, ports, wanted})
    try {
      await makeNetwork(lab.federation, ports)
      const secrets = await options.loadSecrets(lab.federation)
      const context = openRunbookContext({
        fedctl: await fedctlHere(lab.federation, ports),
        federation: lab.federation,
        ports,
        programs,
        secrets,
      })
      return await bringUp(context, options).finally(() => context.close())
    } finally {
      await lab.release()
    }
  })
}

async function bringUp(context: RunbookContext, options: LabUpOptions): Promise<number> {
  const {federation, observer, ports} = context
  const startedMs = ports.clock.monotonicMs()
  const changes: Change[] = []
  const revival = await revivalRunbook(context)
  const runbooks = runbooksOf(federation)
  await sayResumption(runbooks, federation.workspace, ports)
  for (const runbook of [...(revival ? [revival] : []), ...runbooks])
    changes.push(...(await showRunbook(runbook, context, options)))
  if (federation.via === 'wan-gossip') await seedLab(context, journalOf('lab seed', context))
  const verification = await verify(federation, observer, ports, {waitMs: verifyWithinMs})
  const file = relative(process.cwd(), federation.file)
  const fedctl = invocation(process.argv, process.cwd())
  options.print(
    labScreen({
      done: workDone(changes),
      federation,
      ms: Math.round(ports.clock.monotonicMs() - startedMs),
      report: await pasteReady(verification.report, federation, ports),
      suggestions: labSuggestions(await labStatus(federation), fedctl, options.directory, file),
    }),
  )
  return verifyExitCode(verification, 'error')
}
