import {neverStarts, nothingReachable, serverDown, tokenRejected} from './access-rules.js'
import {cutWay} from './cut-way-rule.js'
import {gatewayDown, noUsableGateway} from './gateway-rules.js'
import {
  entriesDiffer,
  gatewayToken,
  noIntermediate,
  notBootstrapped,
  replicationToken,
  wrongWanAddress,
} from './fact-rules.js'
import {otherGossipKey} from './gossip-rules.js'
import {onItsOwn} from './on-its-own-rule.js'
import {phase} from './phase-rule.js'
import {gatewayEndsTls, gatewayLacksNames} from './passage-rules.js'
import type {Rule} from './rule.js'
import {noLeader, serverApart} from './raft-rules.js'
import {certificateExpired, foreignCa, serverNameMissing, usageMissing} from './tls-rules.js'
import {misnamed, misconfigured, neverJoins} from './setting-rules.js'
import {stillTraditional} from './traditional-rule.js'
import {callsFail, nobodyInPool, replicationFails} from './wan-rules.js'

/** Every known cause, most specific first. */
export const rules: readonly Rule[] = [
  neverStarts,
  nothingReachable,
  serverDown,
  noLeader,
  onItsOwn,
  stillTraditional,
  noUsableGateway,
  gatewayDown,
  gatewayEndsTls,
  wrongWanAddress,
  certificateExpired,
  serverNameMissing,
  foreignCa,
  usageMissing,
  otherGossipKey,
  neverJoins,
  misconfigured,
  misnamed,
  serverApart,
  notBootstrapped,
  replicationToken,
  gatewayLacksNames,
  phase,
  cutWay,
  nobodyInPool,
  callsFail,
  replicationFails,
  tokenRejected,
  gatewayToken,
  noIntermediate,
  entriesDiffer,
]
