import {fedctlCommand} from '../../checks/fedctl-command.js'
import type {KnownText} from '../known-text.js'

const list = fedctlCommand('gateway list')
const register = fedctlCommand('gateway register')

/** Envoy, and the command that registers and starts it as a gateway. */
export const envoyTexts: readonly KnownText[] = [
  {
    causes: ['the token of the gateway may not write the service', 'a gossip key was taken for a token'],
    checks: ['acl.gateway-token', 'gateway.registered'],
    examples: ['Error registering service "mesh-gateway": Unexpected response code: 403 (Permission denied)'],
    fix: () => [fedctlCommand('acl apply'), register],
    id: 'gateway.register-refused',
    look: ['consul acl token read -self, with the token of the gateway'],
    meaning:
      'Consul refused to register the gateway: its token needs service "mesh-gateway" write, service_prefix read, node_prefix read and agent read, and has to be global.',
    patterns: [/[Ee]rror registering service "?mesh-gateway/],
    saidOnce: true,
    title: 'the gateway may not register itself',
  },
  {
    causes: [
      'the gateway is not registered at this agent',
      'it was registered at another agent, or by hand in the catalog',
    ],
    checks: ['gateway.registered'],
    examples: ['No mesh-gateway services registered with this agent', 'No services registered with this agent'],
    fix: () => [register, 'consul connect envoy -gateway=mesh -register -expose-servers …'],
    id: 'gateway.not-registered',
    look: [list, 'curl -s $CONSUL_HTTP_ADDR/v1/agent/services'],
    meaning: '`consul connect envoy` asks the agent beside it for the gateway, and that agent has none.',
    patterns: [/No (?:mesh-gateway )?services registered with this agent/],
    saidOnce: true,
    title: 'the agent beside the gateway does not know it',
  },
  {
    causes: ['flags of `consul connect envoy` that do not go together'],
    checks: [],
    examples: ["'-expose-servers' requires '-register'", "'-expose-servers' can only be used for mesh gateways"],
    fix: () => [
      'write -gateway=mesh -register -expose-servers together; `fedctl gateway render` prints the whole command',
    ],
    id: 'gateway.expose-servers',
    look: ['the flags of consul connect envoy'],
    meaning: 'The meta that exposes servers is written when a mesh gateway registers.',
    patterns: [/'-expose-servers' (?:requires|can only be used)/],
    saidOnce: true,
    title: '-expose-servers needs -gateway=mesh and -register',
  },
  {
    causes: ['-address names an address that this machine does not have, such as that of a load balancer'],
    checks: ['gateway.wan-address'],
    examples: [
      'The LAN address "203.0.113.7:8443" will not be bindable. Either set a bindable address or override the bind addresses with -bind-address',
    ],
    fix: () => ['-address: the own address of the machine; -wan-address: the one that others dial'],
    id: 'gateway.not-bindable',
    look: ['ip -brief address'],
    meaning: 'The gateway would listen on an address that is not here.',
    patterns: [/LAN address .* will not be bindable/],
    saidOnce: true,
    title: 'the LAN address of the gateway is not of this machine',
  },
  {
    causes: [
      'the port: plain gRPC is 8502, gRPC with TLS 8503 from 1.14 on',
      '-grpc-ca-file is missing',
      'ports.grpc is off, as it is by default on servers',
    ],
    checks: ['gateway.healthy'],
    examples: [
      'StreamAggregatedResources gRPC config stream closed: 14, upstream connect error or disconnect/reset before headers. reset reason: connection failure',
    ],
    fix: () => [
      'open ports.grpc (before 1.14) or ports.grpc_tls at the agent beside the gateway',
      'pass -grpc-addr and -grpc-ca-file to consul connect envoy',
    ],
    id: 'envoy.no-xds',
    look: ['consul info at the agent beside the gateway', 'openssl s_client -connect HOST:8503 </dev/null'],
    meaning: 'Envoy cannot fetch its configuration from the agent beside it.',
    patterns: [/gRPC config stream (?:to \S+ )?closed(?!: 7\b)/],
    title: 'Envoy does not reach the agent',
    weight: 'sign',
  },
  {
    causes: ['an Envoy that this version of Consul does not support'],
    checks: ['gateway.envoy'],
    examples: ['Error initializing configuration'],
    fix: () => ['install an Envoy of the versions that Consul names under xDS.SupportedProxies in /v1/agent/self'],
    id: 'envoy.version',
    look: ['envoy --version', fedctlCommand('verify', {only: 'gateway.envoy'})],
    meaning: 'Envoy does not understand the bootstrap configuration that Consul wrote.',
    patterns: [/[Ee]rror initializing configuration/],
    saidOnce: true,
    title: 'Envoy and Consul do not fit together',
  },
  {
    causes: [
      'a host name as WAN address, as of a load balancer: Envoy takes one host name per datacenter, and addresses otherwise',
      'several replicas with different host names',
    ],
    checks: ['gateway.wan-address'],
    examples: [
      'malformed IP address: abc.elb.example.com. Consider setting resolver_name or setting cluster type to STRICT_DNS or LOGICAL_DNS',
      'service contains instances with more than one unique hostname; only "a.example.com" will be resolved by Envoy',
      'Envoy is not fully initialized',
    ],
    fix: () => [
      'use one stable host name, or addresses, for all gateways of a datacenter',
      'upgrade to 1.14.11, 1.15.7, 1.16.3, 1.17.1 or newer',
    ],
    id: 'envoy.hostname',
    look: [list],
    meaning: 'Envoy has rejected or waits for an address of a gateway.',
    patterns: [/malformed IP address/, /more than one unique hostname/, /Envoy is not fully initialized/],
    title: 'Envoy cannot use the host name of a gateway',
  },
  {
    causes: [
      'a port below 1024, which needs the right CAP_NET_BIND_SERVICE',
      'another process, or a second gateway, that has the port already',
    ],
    checks: ['gateway.healthy', 'ports.free'],
    examples: [
      "cannot bind '0.0.0.0:443': Permission denied",
      "error adding listener: cannot bind '10.0.1.9:8443': Address already in use",
    ],
    fix: () => ['give the gateway a port from 1024 on, such as 8443, or end what holds the port'],
    id: 'gateway.port-taken',
    look: ['ss -ltnp on that machine'],
    meaning: 'The gateway cannot listen, so nobody gets through it.',
    patterns: [/cannot bind '?[^' ]+'?: (?:Permission denied|Address already in use)/],
    saidOnce: true,
    title: 'the gateway cannot listen at its port',
  },
  {
    causes: ['-wan-address with a host name and no port'],
    checks: ['gateway.wan-address'],
    examples: ['Failed parsing WAN address "gw1.example.net": "gw1.example.net" is not an IP address'],
    fix: () => ['write the port too: -wan-address gw1.example.net:8443'],
    id: 'gateway.name-without-port',
    look: ['the flags of consul connect envoy'],
    meaning: '`consul connect envoy` takes a name for the WAN address of a gateway only together with a port.',
    patterns: [/not an IP address/],
    saidOnce: true,
    title: 'a host name as WAN address needs its port',
  },
]
