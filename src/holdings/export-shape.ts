import {z} from 'zod'

import type {ExportIndex, MoveState} from './export-index.js'
import type {Holdings} from './holdings.js'
import type {Fate, What} from './thing.js'

const fates = ['conflict', 'equal', 'recreate', 'replaced', 'stays'] as const satisfies readonly Fate[]
const states = ['exported', 'moved', 'moving'] as const satisfies readonly MoveState[]
const kinds = [
  'auth method',
  'binding rule',
  'config entry',
  'Connect root',
  'intention',
  'local token',
  'policy',
  'role',
  'token',
] as const satisfies readonly What[]

const indexShape = z.object({
  adopt: z.boolean(),
  at: z.iso.datetime(),
  datacenter: z.string(),
  primary: z.string(),
  schemaVersion: z.literal(1),
  state: z.enum(states),
  things: z.array(
    z.object({
      fate: z.enum(fates),
      key: z.string(),
      name: z.string(),
      reason: z.string().optional(),
      what: z.enum(kinds),
    }),
  ),
})

const links = z.array(z.looseObject({Name: z.string()})).nullish()
const identities = z.array(z.looseObject({})).nullish()
const grants = {
  NodeIdentities: identities,
  Policies: links,
  Roles: links,
  ServiceIdentities: identities,
  TemplatedPolicies: identities,
}

/** What a move goes on with. What Consul's versions differ in is left open. */
const holdingsShape = z.object({
  authMethods: z.array(z.looseObject({})),
  bindingRules: z.array(z.looseObject({})),
  connectRoot: z.string().optional(),
  entries: z.array(z.looseObject({Kind: z.string(), Name: z.string()})),
  intentions: z.array(z.looseObject({DestinationName: z.string(), SourceName: z.string()})),
  keys: z.int().optional(),
  nodes: z.array(z.string()),
  policies: z.array(z.looseObject({ID: z.string(), Name: z.string(), Rules: z.string()})),
  queries: z.int(),
  roles: z.array(z.looseObject({...grants, ID: z.string(), Name: z.string()})),
  services: z.array(z.string()),
  tokens: z.array(z.looseObject({...grants, AccessorID: z.string(), Local: z.boolean(), SecretID: z.string()})),
})

/** @returns The index as it is. @throws Where it has another shape. */
export function asIndex(value: unknown): ExportIndex {
  indexShape.parse(value)
  return value as ExportIndex
}

/** @returns The holdings as they are. @throws Where they have another shape. */
export function asHoldings(value: unknown): Holdings {
  holdingsShape.parse(value)
  return value as Holdings
}
