import {aclReplication, authorize, tokenSelf} from '../consul/api.js'
import type {AclReplication, AclToken, Authorization} from '../consul/types.js'
import {dropUndefined} from './drop-undefined.js'
import type {Question} from './questioner.js'
import type {AclReplicationFacts, ServerView, TokenPermissions} from './snapshot.js'
import {aclReplicationSchema, permissionsSchema, tokenSchema} from './snapshot-schema.js'

type TokenFacts = Extract<NonNullable<ServerView['token']>, {ok: true}>['value']

/** Go's zero time: it has not happened yet. */
const never = '0001-01-01T00:00:00Z'

/** How replication of ACLs into the agent's datacenter goes. The datacenter's leader answers, for any token. */
export const aclReplicationQuestion: Question<AclReplication, AclReplicationFacts> = {
  observation: 'acl-replication',
  put: aclReplication,
  read: (answer) =>
    dropUndefined<AclReplicationFacts>({
      enabled: answer.Enabled,
      lastError: happened(answer.LastError),
      lastErrorMessage: answer.LastErrorMessage === '' ? undefined : answer.LastErrorMessage,
      lastSuccess: happened(answer.LastSuccess),
      replicationType: answer.ReplicationType ?? '',
      running: answer.Running,
      sourceDatacenter: answer.SourceDatacenter,
    }),
  schema: aclReplicationSchema,
}

/** Whether the asked server itself knows the token that fedctl sends. */
export const tokenQuestion: Question<AclToken, TokenFacts> = {
  observation: 'token',
  put: (client, call) => tokenSelf(client, {...call, stale: true}),
  read: (token) => ({
    accessorId: token.AccessorID,
    policies: (token.Policies ?? []).map(({Name}) => Name),
  }),
  schema: tokenSchema,
}

const wanted = ['agent', 'node', 'operator', 'service'] as const

/** What the token may read: an answer that Consul has emptied for want of a permission looks like one with nothing in it. */
export const permissionsQuestion: Question<(Authorization & {Allow: boolean})[], TokenPermissions> = {
  observation: 'token',
  put: (client, call) =>
    authorize(
      client,
      wanted.map((Resource) => ({Access: 'read', Resource})),
      call,
    ),
  read(answers) {
    const mayRead = (resource: (typeof wanted)[number]): boolean => {
      const answer = answers.find(({Resource}) => Resource === resource)
      if (!answer) throw new TypeError(`nothing is said about ${resource}`)
      return answer.Allow
    }
    return {agent: mayRead('agent'), node: mayRead('node'), operator: mayRead('operator'), service: mayRead('service')}
  },
  schema: permissionsSchema,
}

function happened(time: string): string | undefined {
  return time === never ? undefined : time
}
