import {statusLeader} from '../consul/api.js'
import type {Question} from './questioner.js'
import {leaderSchema} from './snapshot-schema.js'

/** Who leads the agent's datacenter, as the agent itself sees it: needs neither a token nor a leader. */
export const leaderQuestion: Question<string, string> = {
  local: true,
  observation: 'leader',
  put: (client, call) => statusLeader(client, undefined, call),
  read: (leader) => leader,
  schema: leaderSchema,
}
