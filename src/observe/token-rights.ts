import {authorize, tokenSelf} from '../consul/api.js'
import type {AclToken, Authorization} from '../consul/types.js'
import type {Observation} from './observation.js'
import type {Question} from './questioner.js'
import type {HeldTokenFacts} from './snapshot.js'
import {heldTokenSchema, rightsSchema} from './snapshot-schema.js'

type Allowed = (Authorization & {Allow: boolean})[]

/** What a token with more rights than fedctl gives could do: asked of each, so that a management token is told from a narrow one. */
const far: readonly Authorization[] = [
  {Access: 'write', Resource: 'acl'},
  {Access: 'write', Resource: 'operator'},
  {Access: 'write', Resource: 'key'},
  {Access: 'write', Resource: 'keyring'},
  {Access: 'write', Resource: 'node'},
  {Access: 'write', Resource: 'service'},
]

const near: readonly Authorization[] = [
  {Access: 'read', Resource: 'node'},
  {Access: 'read', Resource: 'service'},
  {Access: 'read', Resource: 'intention'},
]

/** A right as snapshots and findings write it: `operator:write`, `service:write mesh-gateway`; without a name it is about all names. */
function rightText({Access, Resource, Segment}: Authorization): string {
  return `${Resource}:${Access}${Segment ? ` ${Segment}` : ''}`
}

/** What a request without a token may do at that server. */
export const anonymousRightsQuestion: Question<Allowed, readonly string[]> = {
  observation: 'anonymous-rights',
  put: (client, call) => authorize(client, [...near, ...far], {...call, token: ''}),
  read: allowedRights,
  schema: rightsSchema,
}

/** The workspace's token for replication: Consul itself says what it may do. */
export function replicationTokenQuestion(secretId: string): Question<[AclToken, Allowed], HeldTokenFacts> {
  return heldToken('replication-token', secretId, [...near, ...far])
}

/** The workspace's token for gateways, which register under these service names. */
export function gatewayTokenQuestion(
  secretId: string,
  services: readonly string[],
): Question<[AclToken, Allowed], HeldTokenFacts> {
  const own = services.map((Segment): Authorization => ({Access: 'write', Resource: 'service', Segment}))
  return heldToken('gateway-token', secretId, [...near, ...own, ...far])
}

function heldToken(
  observation: Observation,
  secretId: string,
  asked: readonly Authorization[],
): Question<[AclToken, Allowed], HeldTokenFacts> {
  return {
    observation,
    put(client, call) {
      const own = {...call, token: secretId}
      return Promise.all([tokenSelf(client, own), authorize(client, asked, own)])
    },
    read: ([token, allowed]) => ({local: token.Local, rights: allowedRights(allowed)}),
    schema: heldTokenSchema,
  }
}

function allowedRights(answers: Allowed): string[] {
  return answers.filter(({Allow}) => Allow).map((answer) => rightText(answer))
}
