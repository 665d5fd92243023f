import {z} from 'zod'

import {defaults} from '../defaults.js'
import {apiUrlProblem} from '../fields/endpoint.js'
import {hostNameProblem} from '../fields/name.js'
import {pathProblem} from '../fields/path.js'
import {port} from './ports.js'
import {text, withDefault} from './text.js'

const environmentName = /^[A-Za-z_][A-Za-z0-9_]*$/

/** The message never holds the value: somebody may have written the token itself. */
const tokenSchema = z
  .union(
    [
      z.literal('workspace').meta({description: 'the token that fedctl made and keeps in .fedctl/'}),
      z.strictObject({
        env: z.string().regex(environmentName).meta({description: 'name of an environment variable that holds it'}),
      }),
      z.strictObject({
        file: z
          .string()
          .min(1)
          .refine((path) => pathProblem(path) === undefined)
          .meta({description: 'path of a file that holds it alone'}),
      }),
    ],
    {
      error:
        'a token itself must not stand in this file, and anything else is not understood; ' +
        'write { env: NAME of an environment variable }, { file: PATH of a file that holds it }, or workspace',
    },
  )
  .meta({
    description:
      'where the token of requests to the API comes from; default: CONSUL_HTTP_TOKEN or CONSUL_HTTP_TOKEN_FILE where one of them is set, else the token that fedctl made',
    examples: ['workspace'],
  })

const api = {
  ca_file: text('file of the CA that signed the certificate of the API; default over https: tls.ca_file', {
    example: 'pki/ca.pem',
    problem: pathProblem,
  }).optional(),
  cert_file: text('file of the client certificate that fedctl presents, with key_file', {
    example: 'pki/operator.pem',
    problem: pathProblem,
  }).optional(),
  key_file: text('file of the key of cert_file', {example: 'pki/operator-key.pem', problem: pathProblem}).optional(),
  port: port('port of the API on the agents; sets ports.http or ports.https of each agent, as scheme says').optional(),
  scheme: withDefault(
    z
      .enum(['http', 'https'])
      .meta({description: 'how the API of the agents is asked; with https their http port is off'}),
    defaults.api.scheme,
  ),
  server_name: text(
    'name to verify in the certificate of the API; default over https: server.<datacenter>.<domain> or client.<datacenter>.<domain>',
    {
      example: 'server.dc1.consul',
      problem: hostNameProblem,
    },
  ).optional(),
  token: tokenSchema.optional(),
}

const apiDescription =
  'how fedctl reaches the HTTP API of agents; what a datacenter or an agent says counts before this'

/** `api` of the federation and of a datacenter. */
export const apiSchema = z.strictObject(api).meta({description: apiDescription})

/** `api` of one agent. */
export const agentApiSchema = z
  .strictObject({
    ...api,
    url: text(
      'URL at which fedctl reaches the API of this agent, where it is not its own address and port: a tunnel or a proxy',
      {
        example: 'https://127.0.0.1:18501',
        problem: apiUrlProblem,
      },
    ).optional(),
  })
  .meta({description: apiDescription})
