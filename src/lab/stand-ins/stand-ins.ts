import {FedctlError} from '../../errors/fedctl-error.js'
import {endTls} from './ends-tls.js'
import {passNoNodes} from './passes-some-names.js'
import type {StandIn} from './stand-in.js'
import {tellWrongTime} from './wrong-clock.js'

/** By kind: what faults put in the place of an agent's API or a gateway. */
const standIns = {
  'ends-tls': endTls,
  'passes-no-nodes': passNoNodes,
  'wrong-clock': tellWrongTime,
} as const satisfies Record<string, StandIn>

export type StandInKind = keyof typeof standIns

/** @returns The stand-in of that kind. @throws FedctlError `usage` where there is none. */
export function standInOf(kind: string): StandIn {
  const found = Object.entries(standIns).find(([name]) => name === kind)
  if (found) return found[1]
  throw new FedctlError('usage', `there is no stand-in ${JSON.stringify(kind)}`, {
    suggestions: [`use one of: ${Object.keys(standIns).join(', ')}`],
  })
}
