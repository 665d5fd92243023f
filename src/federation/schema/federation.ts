import {z} from 'zod'

import {defaults} from '../defaults.js'
import {primaryGatewayProblem} from '../fields/endpoint.js'
import {datacenterNamePattern, datacenterNameProblem, domainPattern, domainProblem} from '../fields/name.js'
import {versionPattern, versionProblem} from '../fields/version.js'
import {apiSchema} from './api.js'
import {installSchema} from './install.js'
import {agentSchema, gatewaySchema, hostSchema} from './nodes.js'
import {aclSchema, agentSettingsSchema, gossipSchema, tlsSchema} from './settings.js'
import {text, withDefault} from './text.js'
import {verifySchema} from './verify.js'

function datacenterName(description: string): z.ZodString {
  return text(description, {example: 'dc1', pattern: datacenterNamePattern, problem: datacenterNameProblem})
}

const datacenterSchema = z
  .strictObject({
    name: datacenterName('name of the datacenter: small letters, digits and hyphens'),
    consul: text('version of its Consul agents, 1.8.0 or newer', {
      example: '1.17.3',
      pattern: versionPattern,
      problem: versionProblem,
    }),
    primary_gateways: z
      .array(
        text('host:port, or a go-discover string (provider=…)', {
          example: 'gw1.dc1.example.com:8443',
          problem: primaryGatewayProblem,
        }),
      )
      .min(1)
      .meta({
        description:
          'of a secondary: where its servers first reach gateways of the primary; default: the WAN addresses of the gateways of the primary',
        examples: [['gw1.dc1.example.com:8443']],
      })
      .optional(),
    host: hostSchema.optional(),
    api: apiSchema.optional(),
    servers: z
      .array(agentSchema)
      .min(1)
      .meta({description: 'its servers', examples: [[{name: 'dc1-s1', address: '10.0.0.1'}]]}),
    clients: z
      .array(agentSchema)
      .meta({
        description: 'client agents that fedctl looks after: those beside gateways, and others as wanted',
        examples: [[{name: 'dc1-c1', address: '10.0.0.9'}]],
      })
      .optional(),
    gateways: z
      .array(gatewaySchema)
      .meta({description: 'its mesh gateways', examples: [[{name: 'dc1-gw1', agent: 'dc1-c1'}]]})
      .optional(),
  })
  .meta({description: 'a datacenter'})

/** The federation file as it is written. What needs more than one value to judge stands in `rules/`. */
export const federationSchema = z
  .strictObject({
    primary: datacenterName('name of the primary datacenter'),
    domain: withDefault(
      text('DNS domain of Consul, the same in all datacenters', {
        example: defaults.domain,
        pattern: domainPattern,
        problem: domainProblem,
      }),
      defaults.domain,
    ),
    via: withDefault(
      z
        .enum(['mesh-gateways', 'wan-gossip'])
        .meta({description: 'how the datacenters are federated: through mesh gateways, or server to server'}),
      defaults.via,
    ),
    mesh_gateway_mode: z
      .enum(['none', 'local', 'remote'])
      .meta({
        description:
          'mode in which services reach other datacenters; proxy-defaults are made with it. Left out: proxy-defaults stay as they are',
      })
      .optional(),
    tls: tlsSchema.optional(),
    acl: aclSchema.optional(),
    gossip: gossipSchema.optional(),
    agent: agentSettingsSchema.optional(),
    verify: verifySchema.optional(),
    api: apiSchema.optional(),
    host: withDefault(hostSchema, defaults.host),
    install: installSchema.optional(),
    datacenters: z
      .array(datacenterSchema)
      .min(1)
      .meta({
        description: 'the datacenters of the federation',
        examples: [[{consul: '1.17.3', name: 'dc1', servers: [{name: 'dc1-s1', address: '10.0.0.1'}]}]],
      }),
  })
  .meta({description: 'What a Consul federation should be; read by fedctl', title: 'fedctl federation file'})

/** The federation file as plain data. */
export type FederationFile = z.infer<typeof federationSchema>
