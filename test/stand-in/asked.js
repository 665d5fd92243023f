/** Kinds of config entries that fedctl asks a server of 1.8 about. */
const kinds = [
  'ingress-gateway',
  'proxy-defaults',
  'service-defaults',
  'service-resolver',
  'service-router',
  'service-splitter',
  'terminating-gateway',
]

/** What fedctl asks a server with its own token; what is asked of `dc2` has the same answer for every other datacenter, but for names. */
export const askedPaths = [
  '/v1/acl/replication',
  '/v1/agent/members',
  '/v1/agent/members?wan=1',
  '/v1/agent/self',
  '/v1/catalog/services?dc=dc2',
  '/v1/connect/ca/roots',
  '/v1/connect/intentions',
  '/v1/health/service/mesh-gateway',
  '/v1/internal/federation-states?stale=',
  '/v1/operator/autopilot/health',
  '/v1/status/leader',
  ...kinds.map((kind) => `/v1/config/${kind}`),
]

/** Every right that fedctl asks about, for one token or another. */
export const authorizations = [
  ...['agent', 'intention', 'node', 'operator', 'service'].map((Resource) => ({Access: 'read', Resource})),
  ...['acl', 'key', 'keyring', 'node', 'operator', 'service'].map((Resource) => ({Access: 'write', Resource})),
  {Access: 'write', Resource: 'service', Segment: 'mesh-gateway'},
]
