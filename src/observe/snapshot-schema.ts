import {z, type ZodType} from 'zod'

import type {GossipKeyFacts} from './gossip-key-facts.js'
import {observations} from './observation.js'
import {preflightSchema} from './preflight-schema.js'
import type {ConfigEntryFacts} from './config-entry-facts.js'
import type {HeldTokenFacts} from './held-token-facts.js'
import type {
  AclReplicationFacts,
  AgentFacts,
  Answer,
  CaRootFacts,
  CertificateFacts,
  FederationStateFacts,
  GatewayFacts,
  MemberFacts,
  PathProbe,
  RemoteAnswers,
  ServerView,
  Snapshot,
  TokenPermissions,
  TokenRoundtrip,
} from './snapshot.js'

/** The shape of a snapshot: what a saved one is checked against, and every answer of Consul before it is put into one. */

const failureSchema = z.object({
  kind: z.enum(['forbidden', 'malformed', 'not-found', 'refused', 'timeout', 'tls', 'unreachable']),
  message: z.string(),
})
const time = z.iso.datetime({offset: true})

/** Names of observations. One that a newer fedctl has added is passed over. */
const observationsSchema = z.array(z.string()).transform((names) => observations.filter((name) => names.includes(name)))

function answerOf<T>(value: ZodType<T>): ZodType<Answer<T>> {
  return z.union([z.object({ok: z.literal(true), value}), z.object({failure: failureSchema, ok: z.literal(false)})])
}

export const leaderSchema = z.string()
export const servicesSchema = z.int().nonnegative()
export const envoyVersionSchema = z.string()

export const agentFactsSchema: ZodType<AgentFacts> = z.object({
  aclDefaultPolicy: z.string().exactOptional(),
  aclDownPolicy: z.string().exactOptional(),
  aclEnabled: z.boolean().exactOptional(),
  advertiseAddrWan: z.string().exactOptional(),
  connectEnabled: z.boolean().exactOptional(),
  datacenter: z.string(),
  domain: z.string().exactOptional(),
  envoyVersions: z.array(z.string()).exactOptional(),
  meshGatewayFederation: z.boolean().exactOptional(),
  nodeId: z.string().exactOptional(),
  nodeName: z.string(),
  primaryDatacenter: z.string().exactOptional(),
  primaryGateways: z.array(z.string()).exactOptional(),
  retryJoinWan: z.array(z.string()).exactOptional(),
  server: z.boolean(),
  tls: z
    .object({
      ca: z.boolean(),
      cert: z.boolean(),
      verifyIncoming: z.boolean(),
      verifyOutgoing: z.boolean(),
      verifyServerHostname: z.boolean(),
    })
    .exactOptional(),
  tokenReplication: z.boolean().exactOptional(),
  version: z.string(),
})

export const membersSchema: ZodType<readonly MemberFacts[]> = z.array(
  z.object({
    address: z.string(),
    build: z.string(),
    datacenter: z.string(),
    id: z.string(),
    name: z.string(),
    port: z.number(),
    role: z.string(),
    status: z.enum(['alive', 'failed', 'leaving', 'left', 'unknown']),
  }),
)

export const gatewaySchema: ZodType<GatewayFacts> = z.object({
  address: z.string(),
  checks: z.array(z.object({name: z.string(), output: z.string(), status: z.string()})),
  exposesServers: z.boolean(),
  id: z.string(),
  node: z.string(),
  port: z.number(),
  service: z.string(),
  wan: z.object({address: z.string(), port: z.number()}).exactOptional(),
})
export const gatewaysSchema: ZodType<readonly GatewayFacts[]> = z.array(gatewaySchema)

export const federationStatesSchema: ZodType<readonly FederationStateFacts[]> = z.array(
  z.object({
    datacenter: z.string(),
    gateways: gatewaysSchema,
    modifyIndex: z.number(),
    primaryModifyIndex: z.number(),
    updatedAt: time,
  }),
)

export const aclReplicationSchema: ZodType<AclReplicationFacts> = z.object({
  enabled: z.boolean(),
  lastError: time.exactOptional(),
  lastErrorMessage: z.string().exactOptional(),
  lastSuccess: time.exactOptional(),
  replicationType: z.string(),
  running: z.boolean(),
  sourceDatacenter: z.string(),
})

export const tokenSchema = z.object({accessorId: z.string(), policies: z.array(z.string())})

export const permissionsSchema: ZodType<TokenPermissions> = z.object({
  agent: z.boolean(),
  node: z.boolean(),
  operator: z.boolean(),
  service: z.boolean(),
})

export const rightsSchema = z.array(z.string())

export const heldTokenSchema: ZodType<HeldTokenFacts> = z.object({
  local: z.boolean(),
  refused: rightsSchema.exactOptional(),
  rights: rightsSchema,
})

export const configEntriesSchema: ZodType<ConfigEntryFacts> = z.object({
  entries: z.array(z.object({digest: z.string(), kind: z.string(), name: z.string()})),
  meshGatewayMode: z.string().exactOptional(),
})

export const gossipKeysSchema: ZodType<GossipKeyFacts> = z.object({
  installed: z.array(z.string()),
  primary: z.array(z.string()),
})

export const autopilotSchema = z.object({
  failureTolerance: z.number(),
  healthy: z.boolean(),
  stableSince: z.string().exactOptional(),
})

const certificateSchema: ZodType<CertificateFacts> = z.object({
  authorityKeyId: z.string().exactOptional(),
  commonName: z.string(),
  dnsNames: z.array(z.string()),
  fingerprint: z.string(),
  ipAddresses: z.array(z.string()),
  issuer: z.string(),
  notAfter: time,
  notBefore: time,
  usages: z.array(z.string()),
  verifiedByCa: z.boolean().exactOptional(),
})

export const caRootsSchema: ZodType<CaRootFacts> = z.object({
  activeRootId: z.string(),
  intermediates: z.array(certificateSchema),
  intermediatesVerified: z.boolean().exactOptional(),
  root: certificateSchema.exactOptional(),
  trustDomain: z.string(),
})

const remoteSchema: ZodType<RemoteAnswers> = z.object({
  leader: answerOf(leaderSchema),
  services: answerOf(servicesSchema),
})

const serverSchema: ZodType<ServerView> = z.object({
  aclReplication: answerOf(aclReplicationSchema).exactOptional(),
  agent: answerOf(agentFactsSchema).exactOptional(),
  anonymousRights: answerOf<readonly string[]>(rightsSchema).exactOptional(),
  autopilot: answerOf(autopilotSchema).exactOptional(),
  caRoots: answerOf(caRootsSchema).exactOptional(),
  certificateOnDisk: answerOf(certificateSchema).exactOptional(),
  certificateOnWire: answerOf(certificateSchema).exactOptional(),
  clockOffsetMs: z.number().exactOptional(),
  configEntries: answerOf(configEntriesSchema).exactOptional(),
  federationStates: answerOf(federationStatesSchema).exactOptional(),
  filtered: observationsSchema.exactOptional(),
  gatewayToken: answerOf(heldTokenSchema).exactOptional(),
  gateways: answerOf(gatewaysSchema).exactOptional(),
  gossipKeys: answerOf(gossipKeysSchema).exactOptional(),
  hidden: z
    .object({
      'catalog-gateways': rightsSchema.exactOptional(),
      'lan-members': rightsSchema.exactOptional(),
      'wan-members': rightsSchema.exactOptional(),
    })
    .exactOptional(),
  lanMembers: answerOf(membersSchema).exactOptional(),
  lastWords: z.string().exactOptional(),
  leader: answerOf(leaderSchema).exactOptional(),
  permissions: answerOf(permissionsSchema).exactOptional(),
  remote: z.record(z.string(), remoteSchema).exactOptional(),
  replicationToken: answerOf(heldTokenSchema).exactOptional(),
  token: answerOf(tokenSchema).exactOptional(),
  wanGossipKeys: answerOf(gossipKeysSchema).exactOptional(),
  wanMembers: answerOf(membersSchema).exactOptional(),
})

const pathSchema: ZodType<PathProbe> = z.object({
  dialled: z.string(),
  gateway: z.string(),
  kind: z.enum(['bootstrap', 'gateway', 'wan-address']),
  network: z.enum(['lan', 'wan']),
  presented: certificateSchema.exactOptional(),
  result: answerOf(z.object({certificate: certificateSchema, ms: z.number()})),
  serverName: z.string(),
  target: z.string().exactOptional(),
})

const statusSchema = z.enum(['alive', 'failed', 'leaving', 'left', 'unknown'])
const soakSchema = z.object({
  durationMs: z.number().nonnegative(),
  samples: z.int().positive(),
  transitions: z.array(
    z.object({at: time, from: statusSchema, member: z.string(), server: z.string(), to: statusSchema}),
  ),
})

const roundtripSchema: ZodType<TokenRoundtrip> = z.object({
  accessorId: z.string(),
  made: answerOf(z.number()),
  removed: answerOf(z.boolean()),
  servers: z.record(z.string(), z.object({gone: answerOf(z.number()), known: answerOf(z.number())})),
})

export const snapshotSchema: ZodType<Snapshot> = z.object({
  bootstrapSkipped: z.record(z.string(), z.string()).exactOptional(),
  clients: z.record(z.string(), z.object({agent: answerOf(agentFactsSchema).exactOptional()})).exactOptional(),
  durationMs: z.number(),
  envoys: z.record(z.string(), answerOf(envoyVersionSchema)),
  fedctlVersion: z.string(),
  gossipKey: z.string().exactOptional(),
  observed: observationsSchema.exactOptional(),
  paths: z.array(pathSchema),
  pathsSkipped: z.string().exactOptional(),
  preflight: preflightSchema.exactOptional(),
  roundtrip: roundtripSchema.exactOptional(),
  schemaVersion: z.literal(1),
  servers: z.record(z.string(), serverSchema),
  soak: soakSchema.exactOptional(),
  startedAt: time,
})
