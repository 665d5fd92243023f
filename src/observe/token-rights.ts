import {authorize, catalogNodes, catalogServices, tokenSelf} from '../consul/api.js'
import type {AclToken, Authorization} from '../consul/types.js'
import type {Observation} from './observation.js'
import type {Question} from './questioner.js'
import type {ConfigEntryFacts} from './config-entry-facts.js'
import type {HeldTokenFacts} from './held-token-facts.js'
import {heldTokenSchema, rightsSchema} from './snapshot-schema.js'

/** So many rights Consul says in one answer (agent/acl_endpoint.go ACLAuthorize, 1.8–1.21). */
const mostAtOnce = 64

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

/**
 * What a request without a token may do at that server. Where it may not read all nodes or services, which of them it may read nevertheless: a rule
 * on one name or prefix gives that, and Consul then answers with these alone.
 */
export const anonymousRightsQuestion: Question<Allowed, readonly string[]> = {
  observation: 'anonymous-rights',
  async put(client, call) {
    const own = {...call, token: ''}
    const allowed = await authorize(client, [...near, ...far], own)
    const mayRead = (resource: string) =>
      allowed.some(({Access, Allow, Resource}) => Allow && Access === 'read' && Resource === resource)
    const [nodes, services] = await Promise.all([
      mayRead('node') ? [] : catalogNodes(client, own),
      mayRead('service') ? {} : catalogServices(client, undefined, own),
    ])
    return [
      ...allowed,
      ...nodes.map(({Node}) => readable('node', Node)),
      ...Object.keys(services).map((name) => readable('service', name)),
    ]
  },
  read: allowedRights,
  schema: rightsSchema,
}

function readable(Resource: string, Segment: string): Allowed[number] {
  return {Access: 'read', Allow: true, Resource, Segment}
}

/** The workspace's token for replication: Consul itself says what it may do. */
export function replicationTokenQuestion(secretId: string): Question<[AclToken, Allowed], HeldTokenFacts> {
  return heldToken('replication-token', secretId, [...near, ...far])
}

/** The workspace's token for gateways, which register under these service names and expose these nodes: as many as one answer tells of. */
export function gatewayTokenQuestion(
  secretId: string,
  services: readonly string[],
  nodes: readonly string[],
): Question<[AclToken, Allowed], HeldTokenFacts> {
  const own = services.map((Segment): Authorization => ({Access: 'write', Resource: 'service', Segment}))
  const exposed = ['consul', ...services].map((Segment): Authorization => ({
    Access: 'read',
    Resource: 'service',
    Segment,
  }))
  const known = nodes.map((Segment): Authorization => ({Access: 'read', Resource: 'node', Segment}))
  return heldToken('gateway-token', secretId, [...near, ...far, ...own, ...exposed, ...known].slice(0, mostAtOnce))
}

/** Kinds that a rule on the mesh guards, and none on a name (Consul agent/structs/config_entry*.go CanRead, 1.8–1.22). */
const ofTheMesh: ReadonlySet<string> = new Set([
  'api-gateway',
  'file-system-certificate',
  'http-route',
  'inline-certificate',
  'jwt-provider',
  'mesh',
  'proxy-defaults',
  'tcp-route',
])

/** Names of which replication copies config entries, asked for with the workspace's token. */
export function replicatedNamesQuestion(
  secretId: string,
  {entries}: ConfigEntryFacts,
): Question<Allowed, readonly string[]> {
  const asked = entries.flatMap(({kind, name}): Authorization[] => {
    if (name.endsWith('*') || ofTheMesh.has(kind)) return []
    const Resource = kind === 'service-intentions' ? 'intention' : 'service'
    return [{Access: 'read', Resource, Segment: name.split(' → ').at(-1) ?? name}]
  })
  return refusedQuestion(asked, {observation: 'replication-token', token: secretId})
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
    read([token, allowed]) {
      const refused = allowed.filter(({Allow, Segment}) => Segment && !Allow).map((answer) => rightText(answer))
      return {local: token.Local, ...(refused.length > 0 ? {refused} : {}), rights: allowedRights(allowed)}
    },
    schema: heldTokenSchema,
  }
}

/** Which of these rights the token of the request lacks, or the one that is named. */
export function refusedQuestion(
  asked: readonly Authorization[],
  {observation = 'token', token}: Partial<Pick<Question<unknown, unknown>, 'observation'>> & {token?: string} = {},
): Question<Allowed, readonly string[]> {
  const batches = Array.from({length: Math.ceil(asked.length / mostAtOnce)}, (_, index) =>
    asked.slice(index * mostAtOnce, (index + 1) * mostAtOnce),
  )
  return {
    observation,
    async put(client, call) {
      const own = token === undefined ? call : {...call, token}
      return (await Promise.all(batches.map((batch) => authorize(client, batch, own)))).flat()
    },
    read: (answers) => [...new Set(answers.filter(({Allow}) => !Allow).map((answer) => rightText(answer)))],
    schema: rightsSchema,
  }
}

function allowedRights(answers: Allowed): string[] {
  return answers.filter(({Allow}) => Allow).map((answer) => rightText(answer))
}
