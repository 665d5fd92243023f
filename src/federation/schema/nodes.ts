import {z} from 'zod'

import {defaults} from '../defaults.js'
import {addressProblem, advertisedAddressProblem, bindAddressProblem} from '../fields/address.js'
import {endpointProblem, wanEndpointProblem} from '../fields/endpoint.js'
import {nodeNamePattern, nodeNameProblem, serviceNameProblem} from '../fields/name.js'
import {agentApiSchema} from './api.js'
import {installSchema} from './install.js'
import {port, portsSchema} from './ports.js'
import {text, withDefault} from './text.js'

/** `host`, everywhere it may stand. */
export const hostSchema = z.enum(['local', 'manual']).meta({
  description:
    'how changes reach a node: local, by fedctl on this machine; manual, by a person whom fedctl shows what to do',
})

function name(what: string, example: string): z.ZodString {
  return text(`name of the ${what}: letters, digits and hyphens, unique in its datacenter`, {
    example,
    pattern: nodeNamePattern,
    problem: nodeNameProblem,
  })
}

/** A server or a client agent. Its keys are in the order in which `fedctl init` writes them. */
export const agentSchema = z
  .strictObject({
    name: name('agent', 'dc1-s1'),
    address: text('IP address at which its own datacenter and fedctl reach it', {
      example: '10.0.0.1',
      problem: addressProblem,
    }),
    wan_address: text(
      'IP address, or go-sockaddr template, that other datacenters are told (advertise_addr_wan of Consul), for a floating or translated address',
      {
        example: '203.0.113.7',
        problem: advertisedAddressProblem,
      },
    ).optional(),
    bind_addr: text('IP address, or go-sockaddr template, on which it listens; default: address', {
      example: '{{ GetInterfaceIP "ens3" }}',
      problem: bindAddressProblem,
    }).optional(),
    advertise_addr: text('IP address, or go-sockaddr template, that its own datacenter is told; default: address', {
      example: '10.0.0.1',
      problem: advertisedAddressProblem,
    }).optional(),
    ports: portsSchema.optional(),
    host: hostSchema.optional(),
    install: installSchema.optional(),
    api: agentApiSchema.optional(),
  })
  .meta({description: 'a Consul agent'})

/** A mesh gateway. Its keys are in the order in which `fedctl init` writes them. */
export const gatewaySchema = z
  .strictObject({
    name: name('gateway, and its service id in Consul', 'dc1-gw1'),
    agent: text(
      'name of the agent beside it, through which it is registered: a client, or a server where there is no client',
      {
        example: 'dc1-c1',
        problem: nodeNameProblem,
      },
    ),
    address: text('IP address at which its own datacenter reaches it; default: that of its agent', {
      example: '10.0.0.9',
      problem: addressProblem,
    }).optional(),
    port: withDefault(port('port at which its own datacenter reaches it'), defaults.gateway.port),
    wan: text(
      'where other datacenters reach it: host:port, or an IP address alone, with its own port; default: address and port',
      {
        example: 'gw1.dc1.example.com:8443',
        problem: wanEndpointProblem,
      },
    ).optional(),
    service: withDefault(
      text('name of the service in Consul', {
        example: defaults.gateway.service,
        pattern: nodeNamePattern,
        problem: serviceNameProblem,
      }),
      defaults.gateway.service,
    ),
    envoy_admin: text('host:port of the admin endpoint of its Envoy, where fedctl may ask it', {
      example: '127.0.0.1:19000',
      problem: endpointProblem,
    }).optional(),
    host: hostSchema.optional(),
  })
  .meta({description: 'a mesh gateway that exposes servers to other datacenters'})
