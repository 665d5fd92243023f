import type {Report} from '../../checks/check.js'
import {verify} from '../../checks/verify.js'
import type {RunbookContext} from '../../runbooks/context.js'
import type {Fault} from './fault.js'

/**
 * Consul notices a silent neighbour, a failed check and a token that is gone within half a minute. Config entries that are missing may be on
 * their way for two and a half after gateways have changed.
 */
const showsWithinMs = 180_000
const pauseMs = 500

/** Whether a report says of a lab what its fault has to lead to: its checks fail, and its cause is named first. Where there is none, they warn. */
export function isShown({cause, checks}: Fault, {checks: results, diagnosis}: Report): boolean {
  const wanted = cause === undefined ? 'warn' : 'fail'
  const statusOf = (id: string) => results.find((result) => result.id === id)?.status
  return checks.every((id) => statusOf(id) === wanted) && diagnosis[0]?.cause === cause
}

/**
 * Verifies until a fault shows, which takes Consul a moment.
 * @returns Whether it did in time. @throws The reason of the ports' signal.
 */
export async function waitUntilShown(fault: Fault, {federation, observer, ports}: RunbookContext): Promise<boolean> {
  const deadline = ports.clock.monotonicMs() + showsWithinMs
  for (;;) {
    const {report} = await verify(federation, observer, ports)
    if (isShown(fault, report)) return true
    if (ports.clock.monotonicMs() > deadline) return false
    await ports.clock.sleep(pauseMs, ports.signal)
  }
}
