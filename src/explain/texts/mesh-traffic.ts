import {fedctlCommand} from '../../checks/fedctl-command.js'
import type {KnownText} from '../known-text.js'

const list = fedctlCommand('gateway list')
const roots = 'curl -s $CONSUL_HTTP_ADDR/v1/connect/ca/roots in each datacenter'

/** What Envoy says of the traffic of applications, and of being refused by its agent. */
export const meshTrafficTexts: readonly KnownText[] = [
  {
    causes: ['the token of the gateway or proxy lacks service write, or was deleted', 'no token was given to it'],
    checks: ['acl.gateway-token', 'gateway.healthy'],
    examples: [
      'StreamAggregatedResources gRPC config stream closed: 7, permission denied',
      'DeltaAggregatedResources gRPC config stream to local_agent closed: 7, Permission denied',
    ],
    fix: () => [fedctlCommand('acl apply'), 'start the gateway or proxy again with that token'],
    id: 'envoy.xds-denied',
    look: ['consul acl token read -self, with the token of the gateway or proxy'],
    meaning: 'Envoy reaches the agent beside it, and its token may not read the configuration: an ACL matter.',
    patterns: [/gRPC config stream (?:to \S+ )?closed: 7\b/],
    title: 'the agent refuses the token of Envoy',
  },
  {
    causes: [
      'datacenters or services with different Connect roots, as after one was made anew',
      'a leaf or intermediate that has expired, or a clock that is wrong',
    ],
    checks: ['ca.root', 'ca.intermediate', 'access.clock'],
    examples: ['TLS error: 268435581:SSL routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED'],
    fix: () => [fedctlCommand('verify', {only: 'ca,access.clock'})],
    id: 'envoy.certificate-refused',
    look: [roots],
    meaning: 'Envoy does not trust the certificate that the other side showed.',
    patterns: [/CERTIFICATE_VERIFY_FAILED/],
    title: 'Envoy refuses the certificate of the other side',
  },
  {
    causes: [
      'no instance of the service is healthy',
      'the service is in another datacenter, and mesh_gateway mode or its gateways are missing',
    ],
    checks: ['mesh.mode', 'gateway.healthy', 'gateway.path'],
    examples: ['no healthy upstream'],
    fix: () => ['see to the health checks of the service', fedctlCommand('verify', {only: 'mesh,gateway'})],
    id: 'envoy.no-healthy-upstream',
    look: ['consul catalog nodes -service=SERVICE -datacenter=DC', list],
    meaning: 'Envoy knows the service, and no address of it that is well.',
    patterns: [/no healthy upstream/],
    title: 'no instance of a service can be reached',
    weight: 'sign',
  },
  {
    causes: ['the service does not listen', 'a gateway on the way is down', 'an intention denies the call'],
    checks: ['gateway.path', 'gateway.healthy', 'mesh.mode'],
    examples: ['upstream connect error or disconnect/reset before headers. reset reason: connection termination'],
    fix: () => [fedctlCommand('verify', {only: 'gateway,mesh,ca'})],
    id: 'envoy.upstream-failed',
    leavesReason: true,
    look: ['what stands behind "reset reason" and "transport failure reason"', 'consul intention check SOURCE TARGET'],
    meaning: 'Envoy tried to reach the service, and the connection failed or was closed before an answer.',
    patterns: [/upstream connect error or disconnect\/reset before headers/],
    title: 'the connection to a service failed',
    weight: 'sign',
  },
]
