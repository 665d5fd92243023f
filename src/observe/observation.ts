/** What can be asked of a federation. A check names those that it needs, so a narrow run asks no more than it must. */
export const observations = [
  'acl-replication',
  'agent',
  'autopilot',
  'bootstrap-paths',
  'ca-roots',
  'catalog-gateways',
  'certificates-on-disk',
  'certificates-on-wire',
  'clock',
  'envoys',
  'federation-states',
  'gateway-paths',
  'lan-members',
  'leader',
  'remote-leader',
  'remote-services',
  'token',
  'wan-members',
] as const

export type Observation = (typeof observations)[number]
