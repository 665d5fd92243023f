import {FedctlError} from '../../errors/fedctl-error.js'
import {aclFaults} from './acl.js'
import {certificateFaults} from './certificates.js'
import {configurationFaults} from './configuration.js'
import type {Fault} from './fault.js'
import {gatewayFaults} from './gateways.js'
import {memberFaults} from './members.js'
import {networkFaults} from './network.js'
import {outageFaults} from './outages.js'
import {replicationFaults} from './replication.js'

/** Every fault that a lab can have. */
export const faults: readonly Fault[] = [
  ...certificateFaults,
  ...gatewayFaults,
  ...configurationFaults,
  ...aclFaults,
  ...replicationFaults,
  ...memberFaults,
  ...outageFaults,
  ...networkFaults,
]

/** @returns The fault of that id. @throws FedctlError `usage` where there is none. */
export function faultOf(id: string): Fault {
  const fault = faults.find((candidate) => candidate.id === id)
  if (fault) return fault
  throw new FedctlError('usage', `there is no fault ${JSON.stringify(id)}`, {
    suggestions: ['see which there are: fedctl lab faults'],
  })
}
