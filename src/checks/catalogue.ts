import {accessChecks} from './catalogue/access.js'
import {aclChecks} from './catalogue/acl.js'
import {agentChecks} from './catalogue/agent.js'
import {caChecks} from './catalogue/ca.js'
import {configChecks} from './catalogue/config.js'
import {entriesChecks} from './catalogue/entries.js'
import {gatewayChecks} from './catalogue/gateway.js'
import {gossipChecks} from './catalogue/gossip.js'
import {meshChecks} from './catalogue/mesh.js'
import {namesChecks} from './catalogue/names.js'
import {portsChecks} from './catalogue/ports.js'
import {raftChecks} from './catalogue/raft.js'
import {stateChecks} from './catalogue/state.js'
import {tlsChecks} from './catalogue/tls.js'
import {versionChecks} from './catalogue/version.js'
import {wanChecks} from './catalogue/wan.js'
import type {Check} from './check.js'

/** Every check there is, causes before effects: access to the servers first, what they do for one another last. */
export const catalogue: readonly Check[] = [
  ...accessChecks,
  ...versionChecks,
  ...namesChecks,
  ...configChecks,
  ...agentChecks,
  ...tlsChecks,
  ...portsChecks,
  ...gossipChecks,
  ...raftChecks,
  ...gatewayChecks,
  ...stateChecks,
  ...wanChecks,
  ...aclChecks,
  ...caChecks,
  ...entriesChecks,
  ...meshChecks,
]
