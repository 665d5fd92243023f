import {nothingReachable, serverDown, tokenRejected} from './access-rules.js'
import {gatewayDown, noUsableGateway} from './gateway-rules.js'
import {phase} from './phase-rule.js'
import type {Rule} from './rule.js'
import {noLeader} from './raft-rules.js'
import {certificateExpired, foreignCa, serverNameMissing} from './tls-rules.js'
import {misnamed, misconfigured, neverJoins} from './setting-rules.js'
import {callsFail, nobodyInPool, replicationFails} from './wan-rules.js'

/** Every known cause, most specific first. */
export const rules: readonly Rule[] = [
  nothingReachable,
  serverDown,
  noLeader,
  noUsableGateway,
  gatewayDown,
  certificateExpired,
  serverNameMissing,
  foreignCa,
  neverJoins,
  misconfigured,
  misnamed,
  phase,
  nobodyInPool,
  callsFail,
  replicationFails,
  tokenRejected,
]
