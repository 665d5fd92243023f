import {FedctlError} from '../../errors/fedctl-error.js'
import type {RunbookContext} from '../../runbooks/context.js'
import {forShell} from '../../system/for-shell.js'
import {labStatus} from '../status.js'
import {type Fault, type LabToBreak, needs} from './fault.js'
import {keepFile, noteFault, noteMade, readFaultRecord} from './fault-record.js'
import {waitUntilShown} from './showing.js'

/**
 * Makes a fault in a lab that is up, while its lock is held, and waits until verification shows it. What mending needs is on disk before.
 * @param directory of the lab, as it was named.
 * @returns Whether it shows.
 * @throws FedctlError `lab.broken` where it has a fault already, `lab.not-up`, or `usage` where the lab lacks what the fault needs.
 */
export async function breakLab(
  fault: Fault,
  {context, programs}: Pick<LabToBreak, 'context' | 'programs'>,
  directory: string,
): Promise<boolean> {
  const {federation, ports} = context
  await refuseUnfit(fault, context)
  await refuseBroken(federation.workspace, directory)
  const {state} = await labStatus(federation)
  if (state !== 'up') {
    throw new FedctlError('lab.not-up', `the lab in ${directory} is ${state}, and only one that is up can be broken`, {
      suggestions: [`fedctl lab up --dir ${forShell(directory)}`],
    })
  }
  const record = await noteFault(federation.workspace, fault.id, ports.clock.now())
  try {
    await fault.break({context, keep: (path) => keepFile(federation.workspace, path), programs})
    await noteMade(federation.workspace, record)
    return await waitUntilShown(fault, context)
  } catch (error) {
    throw withMending(ports.signal.aborted ? ports.signal.reason : error, fault, directory)
  }
}

/** What ends it on the way has changed some of the lab, and the same command again would be refused. */
function withMending(error: unknown, {id}: Fault, directory: string): unknown {
  if (!(error instanceof FedctlError)) return error
  const others = error.suggestions.filter((text) => !text.includes('run the same command again'))
  const mending = `the lab is left with all or some of ${id}; to mend it: ${mendCommand(directory)}`
  error.suggestions.splice(0, error.suggestions.length, ...others, mending)
  return error
}

function mendCommand(directory: string): string {
  return `fedctl lab mend --dir ${forShell(directory)}`
}

/** @throws FedctlError `lab.broken` where the lab has a fault. */
export async function refuseBroken(workspace: string, directory: string): Promise<void> {
  const record = await readFaultRecord(workspace)
  if (!record) return
  throw new FedctlError('lab.broken', `the lab in ${directory} was broken on purpose: ${record.fault}`, {
    suggestions: [mendCommand(directory)],
  })
}

async function refuseUnfit(fault: Fault, {federation}: RunbookContext): Promise<void> {
  const needed = (fault.needs ?? []).map((need) => needs[need])
  const there = await Promise.all(needed.map((need) => need.has(federation)))
  const lacking = needed.filter((_, index) => !there[index]).map(({text}) => text)
  const isJoined = federation.via === 'mesh-gateways' && federation.datacenters.length > 1
  const missing = [...(isJoined ? [] : ['two datacenters joined through mesh gateways']), ...lacking]
  if (missing.length === 0) return
  throw new FedctlError('usage', `${fault.id} needs a lab with ${missing.join(' and ')}`, {
    suggestions: [
      `make one in another folder: fedctl lab up${fault.needs?.includes('isolate') ? ' --isolate' : ''} --dir DIR`,
    ],
  })
}
