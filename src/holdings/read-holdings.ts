import pMap from 'p-map'

import {isAclOff, isMissing} from '../acl/refusals.js'
import {aclPolicies, aclPolicy, caRoots, catalogServices} from '../consul/api.js'
import type {ConsulClient} from '../consul/client.js'
import {RequestError} from '../consul/request-error.js'
import {isTooLong} from '../consul/request-failures.js'
import type {ConfigEntry, Intention} from '../consul/types.js'
import {FedctlError} from '../errors/fedctl-error.js'
import {copiedKinds} from '../versions/copied-kinds.js'
import {supports} from '../versions/features.js'
import type {HeldRole, HeldToken, Holdings, Named} from './holdings.js'

const atOnce = 8
/** Milliseconds. Lists of a datacenter in use can be long. */
const timeoutMs = 30_000

export interface ReadOptions {
  /** Whether the datacenter has ACLs on. */
  readonly acl: boolean
  readonly signal: AbortSignal
  /** Consul version of the datacenter, which tells the kinds of config entries. */
  readonly version: string
}

/**
 * Everything of the asked agent's datacenter: lists, and what lists leave out read by id. Consul's lists come in one piece.
 * The token needs `acl:write`, which shows secrets, and the reading of everything else.
 * @throws RequestError; FedctlError `token.missing` where Consul says that it has left out some of what is exported (since 1.11).
 */
export async function readHoldings(client: ConsulClient, {acl, signal, version}: ReadOptions): Promise<Holdings> {
  const call = {signal, timeoutMs}
  const list = async <T>(path: string, query: Record<string, string> = {}) =>
    (await client.request<T[] | undefined>(path, {...call, query})) ?? []
  // What is left out here would be in no export.
  const whole = async <T>(path: string): Promise<readonly T[]> => {
    const {body, filtered} = await client.send(path, call)
    if (filtered) throw partlyHidden(path, client)
    return (body as T[] | undefined) ?? []
  }
  const inAcl = async <T>(read: () => Promise<readonly T[]>): Promise<readonly T[]> => (acl ? read() : [])
  const each = async <I, T>(items: readonly I[], read: (item: I) => Promise<T>): Promise<T[]> =>
    (await pMap(items, (item) => unlessGone(read(item)), {concurrency: atOnce})).filter((one) => one !== undefined)
  const asEntries = supports(version, 'intention-entries')
  return {
    authMethods: await inAcl(async () =>
      each(await list<{Name: string}>('/v1/acl/auth-methods'), async ({Name}) =>
        client.request<Named>(`/v1/acl/auth-method/${encodeURIComponent(Name)}`, call),
      ),
    ),
    bindingRules: await inAcl(() => list<Named>('/v1/acl/binding-rules')),
    connectRoot: await connectRoot(client, call),
    entries: (await Promise.all(copiedKinds(version).map((kind) => whole<ConfigEntry>(`/v1/config/${kind}`)))).flat(),
    intentions: asEntries ? [] : await unlessConnectOff(whole<Intention>('/v1/connect/intentions'), []),
    keys: await unlessTooLong(async () => (await unlessGone(list('/v1/kv/', {keys: ''})))?.length ?? 0),
    nodes: (await list<{Node: string}>('/v1/catalog/nodes')).map(({Node}) => Node).sort(),
    policies: await inAcl(async () => each(await aclPolicies(client, call), ({ID}) => aclPolicy(client, ID, call))),
    queries: (await list('/v1/query')).length,
    roles: await inAcl(() => list<HeldRole>('/v1/acl/roles')),
    services: Object.keys(await catalogServices(client, undefined, call)).sort(),
    tokens: await inAcl(async () =>
      each(await list<{AccessorID: string}>('/v1/acl/tokens'), ({AccessorID}) =>
        client.request<HeldToken>(`/v1/acl/token/${AccessorID}`, {...call, shape: 'token'}),
      ),
    ),
  }
}

async function connectRoot(client: ConsulClient, call: {signal: AbortSignal}): Promise<string | undefined> {
  return (await unlessConnectOff(caRoots(client, call), undefined))?.ActiveRootID
}

/** Consul says so with a 500: "Connect must be enabled" (Consul agent/consul/connect_ca_endpoint.go, 1.8–1.21). */
async function unlessConnectOff<T>(answer: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof RequestError && /connect must be enabled/i.test(error.body)) return otherwise
    throw error
  }
}

/** What was deleted between the list and the reading. An empty KV store answers 404 too. */
async function unlessGone<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if (isMissing(error) && !isAclOff(error)) return undefined
    throw error
  }
}

/** Names of millions of keys are more than an answer may be long (`ConsulClient`), and only their number is wanted. */
async function unlessTooLong(count: () => Promise<number>): Promise<number | undefined> {
  try {
    return await count()
  } catch (error) {
    if (isTooLong(error)) return undefined
    throw error
  }
}

function partlyHidden(path: string, {access: {url}}: ConsulClient): FedctlError {
  return new FedctlError('token.missing', `the token with which ${url} is asked may not read all of ${path}`, {
    suggestions: ['use a management token, or one whose policies deny nothing and let it read everything'],
  })
}
