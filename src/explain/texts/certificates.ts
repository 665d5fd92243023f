import {fedctlCommand} from '../../checks/fedctl-command.js'
import type {KnownText} from '../known-text.js'

const reissue = (dc = 'DC', node?: string) => fedctlCommand('tls issue', {dc, ...(node === undefined ? {} : {node})})
const install = 'install the new certificate and key on the server, then: consul reload'

/** Certificates and TLS between servers, gateways and those who ask them. */
export const certificateTexts: readonly KnownText[] = [
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
    patterns: [/(?:certificate is )?valid for .*,? not (?<node>[^.\s]+)\.server\.(?<dc>[^.\s]+)\.\S+/],
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
  },
  {
    causes: [
      'the datacenters have different CAs',
      'a CA was rotated on one side only, or a configuration file still points at the old one',
      'a load balancer in front of the gateway ends TLS and shows a certificate of its own',
    ],
    checks: ['tls.ca-shared', 'gateway.path'],
    examples: [
      'failed to get conn: x509: certificate signed by unknown authority',
      'remote error: tls: unknown certificate authority',
    ],
    fix: () => [
      'give every server in every datacenter a ca_file with the old and the new CA, reissue the certificates, then drop the old CA',
      fedctlCommand('tls issue'),
    ],
    id: 'tls.unknown-ca',
    look: [
      'openssl s_client -connect GATEWAY:PORT -servername NODE.server.DC.consul -alpn consul/rpc-multi -showcerts </dev/null',
      'openssl verify -CAfile pki/ca.pem CERT.pem',
    ],
    meaning: 'The certificate was signed by a CA that the side which complains does not trust.',
    patterns: [/certificate signed by unknown authority/, /tls: unknown certificate authority/],
    title: 'server certificates do not share one CA',
  },
  {
    causes: ['a corporate CA that signs server certificates for serverAuth only'],
    checks: ['tls.usage', 'gateway.path'],
    examples: [
      "tls: failed to verify client's certificate: x509: certificate specifies an incompatible key usage: leaf contains the following, recognized EKUs: [1.3.6.1.5.5.7.3.1]",
    ],
    fix: ({dc}) => ['have server certificates issued with serverAuth and clientAuth', reissue(dc), install],
    id: 'tls.key-usage',
    look: ['openssl x509 -in CERT.pem -noout -ext extendedKeyUsage'],
    meaning: 'Consul servers are TLS clients of each other too, and this certificate may not be used as one.',
    patterns: [/incompatible key usage/],
    title: 'a server certificate lacks clientAuth or serverAuth',
  },
  {
    causes: [
      'no renewal: certificates of `consul tls` live for a year by default',
      'renewed on disk and not loaded',
      'a wrong clock',
    ],
    checks: ['tls.expiry', 'tls.loaded', 'access.clock'],
    examples: [
      'x509: certificate has expired or is not yet valid: current time 2026-01-02T03:04:05Z is after 2026-01-01T00:00:00Z',
      'remote error: tls: expired certificate',
      'certificate has expired',
    ],
    fix: ({dc}) => [reissue(dc), install, 'if the dates are right, mend the clock'],
    id: 'tls.expired',
    look: ['openssl x509 -in CERT.pem -noout -dates', 'date -u', fedctlCommand('verify', {only: 'access.clock'})],
    meaning: 'The certificate is not valid at the time of the side that complains.',
    patterns: [/certificate has expired/, /tls: expired certificate/, /certificate is not yet valid/],
    title: 'a certificate has expired, or a clock is wrong',
  },
  {
    causes: ['no renewal: certificates of `consul tls` live for a year by default', 'a wrong clock'],
    checks: ['tls.expiry', 'access.clock'],
    examples: [
      'agent: certificate will expire soon: metric=agent.tls.cert.expiry time_to_expiry=26h0m2s expiration="2026-10-16 17:56:45 +0000 UTC"',
    ],
    fix: ({dc}) => [reissue(dc), install],
    id: 'tls.expires-soon',
    look: ['openssl x509 -in CERT.pem -noout -dates', fedctlCommand('verify', {only: 'tls.expiry'})],
    meaning: 'The certificate is near its end; a negative time_to_expiry says that it has passed.',
    patterns: [/certificate will expire soon/],
    title: 'a certificate expires soon',
  },
  {
    causes: ['no ca_file, cert_file and key_file for internal RPC', 'a certificate under tls.https only'],
    checks: ['agent.tls'],
    examples: ['wanfed: cannot dial via a mesh gateway when outgoing TLS is disabled'],
    fix: () => [
      'give every server ca_file, cert_file and key_file (tls.defaults or tls.internal_rpc from 1.12 on) and restart it',
      fedctlCommand('config render'),
    ],
    id: 'tls.outgoing-disabled',
    look: ['consul info; grep -r cert_file /etc/consul.d'],
    meaning:
      'The agent starts without certificates although federation through gateways needs them, and fails at the first call.',
    patterns: [/outgoing TLS is disabled/, /cannot dial via a mesh gateway/],
    title: 'a server has no certificate for calls to other servers',
  },
  {
    causes: [
      'a plain client on a TLS port, or the reverse: gRPC with TLS moved to 8503 in 1.14',
      'something in front that ends TLS or adds the PROXY protocol',
    ],
    checks: ['gateway.path', 'access.api'],
    examples: [
      'tls: first record does not look like a TLS handshake',
      'http: server gave HTTP response to HTTPS client',
      'Client sent an HTTP request to an HTTPS server.',
      'write EPROTO 140:error:1408F10B:SSL routines:ssl3_get_record:wrong version number',
    ],
    fix: () => [
      'use https:// with port 8501, http:// with port 8500',
      'for Envoy from 1.14 on: -grpc-addr https://HOST:8503 with -grpc-ca-file',
      'load balancers: pass TCP through, without TLS and without the PROXY protocol',
    ],
    id: 'tls.not-tls',
    look: ['openssl s_client -connect HOST:PORT </dev/null'],
    meaning: 'One side speaks TLS and the other does not.',
    patterns: [
      /first record does not look like a TLS handshake/,
      /gave HTTP response to HTTPS client/,
      /HTTP request to an HTTPS server/,
      /wrong version number/,
    ],
    title: 'TLS meets a port without TLS, or the reverse',
  },
  {
    causes: [
      'the certificate of the server that dials lacks server.<dc>.<domain>',
      'an intermediate CA that is not in every ca_file',
    ],
    checks: ['tls.server-name', 'tls.ca-shared', 'version.known-bugs'],
    examples: [
      'AuthorizeServerConn failed certificate validation for certificate with a SAN.DNSName of server.dc2.consul: <nil>',
    ],
    fix: ({dc}) => [reissue(dc), 'put the intermediate behind the certificate in cert_file'],
    id: 'tls.authorize-server',
    look: ['openssl verify -CAfile CA.pem -untrusted CERT.pem CERT.pem'],
    meaning:
      'A server refused another one because its certificate does not prove that it is a server of this datacenter.',
    patterns: [/AuthorizeServerConn failed/],
    title: 'a server does not accept the certificate of another server',
    versions: 'chains with an intermediate are refused before 1.8.16, 1.9.10 and 1.10.3',
  },
  {
    causes: ['very short lifetimes of the Connect CA pile up intermediates that are never removed'],
    checks: ['ca.intermediate', 'version.known-bugs'],
    examples: ['tls: handshake message of length 65795 bytes exceeds maximum of 65536 bytes'],
    fix: () => ['upgrade to 1.11.9, 1.12.5, 1.13.2 or newer', 'give the CA usual lifetimes and rotate its root'],
    id: 'tls.handshake-too-long',
    look: ['consul connect ca get-config', 'curl -s $CONSUL_HTTP_ADDR/v1/connect/ca/roots'],
    meaning: 'The list of CA certificates has grown beyond what one TLS message may hold.',
    patterns: [/handshake message of length \S+ bytes exceeds maximum/],
    title: 'too many Connect intermediates',
    versions: 'before 1.11.9, 1.12.5 and 1.13.2',
  },
  {
    causes: ['verify_incoming or verify_outgoing without ca_file, or without a certificate'],
    checks: ['agent.tls'],
    examples: [
      'VerifyIncoming set but no CA certificates were provided',
      'VerifyOutgoing set, and no CA certificate provided!',
      'VerifyIncoming requires either a Cert and Key pair in the configuration file, or auto_encrypt/auto_config be enabled',
    ],
    fix: () => ['give the agent ca_file, cert_file and key_file', fedctlCommand('config render')],
    id: 'tls.material-missing',
    look: ['consul validate /etc/consul.d'],
    meaning: 'TLS is to be verified, and the agent has nothing to verify it with.',
    patterns: [/Verify(?:Incoming|Outgoing) (?:set|requires)/],
    title: 'TLS verification is on without CA or certificate',
  },
  {
    causes: [
      'flags of `consul tls cert create` that do not go together',
      'a file of that name from an earlier call, which is never replaced',
    ],
    checks: [],
    examples: [
      'Please provide either -server, -client, or -cli',
      '-node requires -server',
      'dc1-server-consul-0.pem already exists.',
    ],
    fix: ({dc}) => [
      reissue(dc),
      '`fedctl tls cert create` takes the same flags; with -node a server gets all names that gateways ask for',
    ],
    id: 'tls.cert-create',
    look: ['ls *.pem', '`fedctl tls cert create --help`'],
    meaning: '`consul tls` has written nothing.',
    patterns: [/provide either -server, -client,? or -cli/, /-node requires -server/, /\.pem already exists/],
    title: '`consul tls` refuses its flags, or to replace a file',
  },
  {
    causes: ['the CA was not made by `consul tls ca create` of the same generation'],
    checks: [],
    examples: ['unknown PEM block type for signing key: PRIVATE KEY'],
    fix: () => [
      '`fedctl tls cert create -ca CA.pem -key KEY.pem -server -dc DC -node NODE` signs with EC and RSA keys in PKCS#1, SEC1 and PKCS#8',
    ],
    id: 'tls.key-format',
    look: ['head -1 KEY.pem'],
    meaning: '`consul tls cert create` of 1.8 and 1.9 reads keys of the form EC PRIVATE KEY only.',
    patterns: [/unknown PEM block type for signing key/],
    title: 'this Consul cannot read the key of the CA',
    versions: '1.8 and 1.9',
  },
  {
    causes: [
      'the certificate of the side that dialled, or of the one that was dialled, lacks a name: look for the x509 line in the log of the other side',
      'different CAs',
      'a certificate without clientAuth',
    ],
    checks: ['tls.server-name', 'tls.ca-shared', 'gateway.path'],
    examples: [
      '[ERROR] agent.server.rpc: TLS handshake failed: conn=from=127.0.2.1:40312 error="remote error: tls: bad certificate"',
    ],
    fix: () => [fedctlCommand('verify', {only: 'tls,gateway.path'}), fedctlCommand('tls issue')],
    id: 'tls.bad-certificate',
    look: ['the log of the server at the address behind from=, at the same second'],
    meaning: 'The other side refused the certificate that it was shown, and only its own log says why.',
    patterns: [/tls: bad certificate/, /tls: certificate required/],
    title: 'the other side refused a certificate',
  },
  {
    causes: ['api.ca_file is missing, or of another CA', 'the API has a certificate of its own'],
    checks: ['access.api'],
    examples: ['unable to verify the first certificate', 'self-signed certificate in certificate chain'],
    fix: () => ['in the federation file: api.ca_file: the CA that signed the certificate of the API'],
    id: 'tls.api-ca',
    look: ['openssl s_client -connect HOST:8501 -showcerts </dev/null'],
    meaning: 'fedctl could not verify the certificate of the API against the CA that it was given.',
    patterns: [/unable to verify the first certificate/, /self[- ]signed certificate/],
    title: 'the certificate of the API is of another CA',
  },
]
