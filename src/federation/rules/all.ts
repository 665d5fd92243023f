import type {FileView} from '../file-view.js'
import type {Issue} from '../issue.js'
import {apiPorts, distinctApis, httpsNeedsTls, wholeClientCertificates} from './api.js'
import {certificatesEndBeforeCa} from './certificates.js'
import {noGatewaysForPrimary, primaryExists, uniqueDatacenters} from './datacenters.js'
import {distinctEnvoyAdmins, distinctWanAddresses, everyDatacenterHasGateway, gatewaysNeedTls} from './gateways.js'
import {noSharedPorts} from './listeners.js'
import {gatewayAgents, noOverlap, serverNamesFit, uniqueNodes} from './nodes.js'
import {distinctPorts, knownPorts, neededPorts} from './ports.js'
import type {Rule} from './rule.js'

const rules: readonly Rule[] = [
  uniqueDatacenters,
  primaryExists,
  noGatewaysForPrimary,
  uniqueNodes,
  gatewayAgents,
  noOverlap,
  serverNamesFit,
  noSharedPorts,
  neededPorts,
  knownPorts,
  distinctPorts,
  distinctApis,
  apiPorts,
  httpsNeedsTls,
  wholeClientCertificates,
  gatewaysNeedTls,
  everyDatacenterHasGateway,
  distinctWanAddresses,
  distinctEnvoyAdmins,
  certificatesEndBeforeCa,
]

/** Everything in the file that is wrong between one value and another. */
export function checkRules(file: FileView): Issue[] {
  return rules.flatMap((rule) => rule(file))
}
