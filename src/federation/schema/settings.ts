import {z} from 'zod'

import {defaults} from '../defaults.js'
import {durationPattern, durationProblem} from '../fields/duration.js'
import {pathProblem} from '../fields/path.js'
import {text, withDefault} from './text.js'

const longestValidity = 36_500
const slowestRaft = 10

function days(description: string, value: number): z.ZodOptional<z.ZodInt> {
  return withDefault(
    z
      .int()
      .min(1)
      .max(longestValidity)
      .meta({description, examples: [value]}),
    value,
  )
}

function flag(description: string, value: boolean): z.ZodOptional<z.ZodBoolean> {
  return withDefault(z.boolean().meta({description, examples: [value]}), value)
}

export const tlsSchema = z
  .strictObject({
    enabled: flag('whether agents have certificates; may be off with via: wan-gossip only', defaults.tls.enabled),
    ca_file: withDefault(
      text('file of the certificate authority, the same for all datacenters', {
        example: defaults.tls.ca_file,
        problem: pathProblem,
      }),
      defaults.tls.ca_file,
    ),
    ca_key_file: withDefault(
      text('file of the key of the certificate authority', {example: defaults.tls.ca_key_file, problem: pathProblem}),
      defaults.tls.ca_key_file,
    ),
    ca_days: days('days for which a new certificate authority is valid', defaults.tls.ca_days),
    days: days('days for which an issued certificate is valid', defaults.tls.days),
  })
  .meta({description: 'certificates of agents'})

export const aclSchema = z
  .strictObject({
    enabled: flag('whether ACLs are on, in all datacenters', defaults.acl.enabled),
    default_policy: withDefault(
      z.enum(['allow', 'deny']).meta({description: 'what is done where no rule says otherwise'}),
      defaults.acl.default_policy,
    ),
    down_policy: withDefault(
      z.enum(['allow', 'deny', 'extend-cache', 'async-cache']).meta({
        description: 'what is done with tokens that cannot be looked up while the primary is out of reach',
      }),
      defaults.acl.down_policy,
    ),
    token_replication: flag(
      'whether secondaries keep copies of the global tokens, and can have local ones',
      defaults.acl.token_replication,
    ),
    anonymous: withDefault(
      z.enum(['read', 'none']).meta({
        description:
          'what requests without a token may do: read nodes and services, as calls across datacenters need it, or nothing',
      }),
      defaults.acl.anonymous,
    ),
  })
  .meta({description: 'access control'})

export const gossipSchema = z
  .strictObject({
    encryption: flag(
      'whether gossip is encrypted; fedctl makes the key and keeps it in .fedctl/',
      defaults.gossip.encryption,
    ),
    key_file: text('file with the gossip key of agents that run already; left out: fedctl makes a key', {
      example: '.fedctl/gossip.key',
      problem: pathProblem,
    }).optional(),
  })
  .meta({description: 'gossip between agents'})

function interval(description: string): z.ZodOptional<z.ZodString> {
  return text(`${description}; default: that of Consul, 30s`, {
    example: '30s',
    pattern: durationPattern,
    problem: durationProblem,
  }).optional()
}

export const agentSettingsSchema = z
  .strictObject({
    log_level: withDefault(
      z.enum(['trace', 'debug', 'info', 'warn', 'err']).meta({description: 'least severity that agents log'}),
      defaults.agent.log_level,
    ),
    raft_multiplier: z
      .int()
      .min(1)
      .max(slowestRaft)
      .meta({
        description:
          'how slowly servers notice a failed leader: 1 for production machines, up to 10; default: that of Consul, 5',
        examples: [1],
      })
      .optional(),
    retry_interval: interval('wait between attempts to join the other agents of the datacenter'),
    retry_interval_wan: interval('wait between attempts to join the primary'),
    translate_wan_addrs: flag(
      'whether answers about nodes in other datacenters hold their WAN addresses',
      defaults.agent.translate_wan_addrs,
    ),
  })
  .meta({description: 'settings of all agents'})
