import {supports} from './features.js'

/**
 * Kinds of config entries that a version knows and secondaries copy, those first that others depend on. `exported-services` are not copied, and
 * `bound-api-gateway` is what each datacenter makes of the others (Consul agent/consul/config_replication.go, agent/structs/config_entry.go, 1.8–1.22).
 */
export function copiedKinds(version: string): string[] {
  const fileCertificates = supports(version, 'file-certificate-entry') ? ['file-system-certificate'] : []
  return [
    'proxy-defaults',
    'service-defaults',
    ...(supports(version, 'mesh-entry') ? ['mesh'] : []),
    ...(supports(version, 'jwt-provider-entry') ? ['jwt-provider'] : []),
    'service-resolver',
    'service-splitter',
    'service-router',
    'ingress-gateway',
    'terminating-gateway',
    ...(supports(version, 'api-gateway-entries')
      ? ['inline-certificate', ...fileCertificates, 'api-gateway', 'http-route', 'tcp-route']
      : []),
    ...(supports(version, 'intention-entries') ? ['service-intentions'] : []),
  ]
}
