import {fedctlCommand} from '../../checks/fedctl-command.js'
import type {KnownText} from '../known-text.js'

const reissue = (dc = 'DC', node?: string) => fedctlCommand('tls issue', {dc, ...(node === undefined ? {} : {node})})
const install = 'install the new certificate and key on the server, then: consul reload'

/** Certificates that do not hold the name or address that was asked for. */
export const certificateNameTexts: readonly KnownText[] = [
  {
    causes: [
      'a load balancer or proxy in front of the gateway ends TLS and shows a certificate of its own',
      'a certificate of a company CA with host names only',
    ],
    checks: ['gateway.path', 'tls.server-name'],
    examples: [
      'rpc error getting client: failed to get conn: x509: certificate is valid for gateway.dc2.example, not dc2-s1.server.dc2.consul',
    ],
    fix: ({dc, node}) => [
      'load balancers in front of gateways: pass TCP through, without TLS',
      'a certificate of the server itself: ' + reissue(dc, node),
    ],
    id: 'tls.no-server-certificate',
    look: [
      'openssl s_client -connect GATEWAY:PORT -servername NODE.server.DC.consul </dev/null | openssl x509 -noout -subject -issuer -ext subjectAltName',
      fedctlCommand('verify', {only: 'gateway.path,tls'}),
    ],
    meaning:
      'The certificate that came back holds no name of a Consul server at all, so it is likely not the server that answered.',
    patterns: [
      /certificate is valid for (?!(?:[^\s,]+, )*[^\s,]*\bserver\.)[^\s,]+(?:, [^\s,]+)*, not (?<node>[^.\s]+)\.server\.(?<dc>[^.\s]+)\.\S+/,
    ],
    title: 'the certificate that answered is not one of a Consul server',
  },
  {
    causes: [
      'the certificate was made without the name of the node: `consul tls cert create -server` leaves it out unless -node is given',
      'it was made for another node, or the node was renamed',
    ],
    checks: ['tls.server-name', 'gateway.path', 'wan.rpc'],
    examples: [
      'x509: certificate is valid for server.dc2.consul, localhost, not s2.server.dc2.consul',
      'rpc error getting client: failed to get conn: x509: certificate is valid for server.dc1.consul, localhost, not dc1-s1.server.dc1.consul',
    ],
    fix: ({dc, node}) => [reissue(dc, node), install],
    id: 'tls.name-missing',
    look: ['openssl x509 -in CERT.pem -noout -ext subjectAltName', fedctlCommand('verify', {only: 'tls'})],
    meaning:
      'Through mesh gateways a server is dialled as <node>.server.<dc>.<domain>, and the certificate that it presents does not hold that name. Joining uses server.<dc>.<domain>, so members can be alive while every call fails.',
    patterns: [/(?:certificate is )?valid for .*,? not (?<node>[^.\s]+)\.server\.(?:(?<dc>[^.\s]+)\.\S+)?/],
    title: 'a server certificate lacks the name of its node',
  },
  {
    causes: [
      'the certificate of one datacenter was copied to another',
      'a datacenter name with capitals: Consul asks in lower case',
      'datacenters with different `domain` settings',
    ],
    checks: ['tls.server-name', 'agent.domain', 'names.datacenter'],
    examples: ['x509: certificate is valid for server.dc1.consul, localhost, not server.dc2.consul'],
    fix: ({dc}) => [reissue(dc), install],
    id: 'tls.wrong-datacenter',
    look: ['openssl x509 -in CERT.pem -noout -subject -ext subjectAltName'],
    meaning: 'The server that was reached presents a certificate of another datacenter or domain.',
    patterns: [/(?:certificate is )?valid for .*,? not server\.(?<dc>[^.\s]+)\.\S+/],
    title: 'a server certificate is of another datacenter or domain',
  },
  {
    causes: [
      'the API is asked by address, and its certificate holds names only',
      'a custom CA that leaves addresses out',
    ],
    checks: ['access.api'],
    examples: [
      "x509: cannot validate certificate for 10.0.0.5 because it doesn't contain any IP SANs",
      'x509: certificate is valid for 127.0.0.1, not 10.0.0.5',
      "Hostname/IP does not match certificate's altnames: IP: 10.0.0.5 is not in the cert's list: 127.0.0.1",
    ],
    fix: () => [
      'in the federation file: api.server_name: server.DC.DOMAIN; for consul itself: CONSUL_TLS_SERVER_NAME=server.DC.DOMAIN',
      'or reissue the certificate with -additional-ipaddress',
    ],
    id: 'tls.api-address',
    look: ['openssl s_client -connect HOST:8501 </dev/null | openssl x509 -noout -ext subjectAltName'],
    meaning:
      'Whoever asked the API used an address that its certificate does not hold. This is about access to the API, not about the federation.',
    patterns: [
      /doesn't contain any IP SANs/,
      /certificate is valid for [\d., :a-f]+, not [\d.]+/,
      /does not match certificate's altnames/,
    ],
    title: 'the certificate of the API does not hold the address that was asked',
    weight: 'sign',
  },
]
