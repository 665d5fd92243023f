/** What can be asked of a federation. A check names those that it needs, so a narrow run asks no more than it must. */
export const observations = [
  'acl-replication',
  'agent',
  'anonymous-rights',
  'autopilot',
  'bootstrap-paths',
  'ca-roots',
  'catalog-gateways',
  'certificates-on-disk',
  'certificates-on-wire',
  'clock',
  'config-entries',
  'envoys',
  'federation-states',
  'gateway-paths',
  'gateway-token',
  'gossip-keys',
  'lan-members',
  'leader',
  'preflight',
  'remote-leader',
  'remote-services',
  'replication-token',
  'token',
  'wan-members',
] as const

export type Observation = (typeof observations)[number]
