import type {KnownText} from '../known-text.js'

const values = 'helm get values consul'

/** What the Helm chart and its components say about federation. */
export const kubernetesTexts: readonly KnownText[] = [
  {
    causes: ['global.federation.enabled without what it stands on'],
    checks: [],
    examples: [
      'execution error at (consul/templates/server-config-configmap.yaml): If global.federation.enabled is true, global.tls.enabled must be true because federation is only supported with TLS enabled',
      'If global.federation.enabled is true, meshGateway.enabled must be true because mesh gateways are required for federation',
    ],
    fix: () => [
      'set global.tls.enabled, meshGateway.enabled and connectInject.enabled to true beside global.federation.enabled',
    ],
    id: 'kubernetes.federation-values',
    look: [values],
    meaning: 'The chart refuses to be installed: federation needs TLS, mesh gateways and Connect.',
    patterns: [/federation is only supported with TLS/, /If global\.federation\.enabled is true/],
    saidOnce: true,
    title: 'the values of the chart do not go with federation',
  },
  {
    causes: ['a custom resource with a field that came later than the servers'],
    checks: ['version.skew', 'entries.replicated'],
    examples: ['admission webhook denied the request: invalid config key "TransparentProxy"'],
    fix: () => ['upgrade the servers, the primary first, before the chart of a secondary that writes such entries'],
    id: 'kubernetes.entry-too-new',
    look: [values, 'consul version on every server'],
    meaning: 'A config entry has a field that the servers do not know.',
    patterns: [/invalid config key "(?<key>\w+)"/],
    saidOnce: true,
    title: 'a config entry of a newer version than the servers',
  },
]
