import {z, type ZodType} from 'zod'

/** What fedctl relies on in the answers of endpoints on which it acts. Everything else in them may be as it likes, in any version of Consul. */

const policyLink = z.looseObject({ID: z.string(), Name: z.string()})

const service = z.looseObject({
  Address: z.string(),
  ID: z.string(),
  Kind: z.string().optional(),
  Meta: z.record(z.string(), z.string()).nullish(),
  Port: z.number(),
  Service: z.string(),
  TaggedAddresses: z.record(z.string(), z.looseObject({Address: z.string(), Port: z.number()})).nullish(),
})

const check = z.looseObject({Name: z.string(), Output: z.string(), Status: z.string()})

const node = z.looseObject({
  Checks: z.array(check).nullish(),
  Node: z.looseObject({Address: z.string(), Node: z.string()}),
  Service: service,
})

export const answerShapes = {
  aclReplication: z.looseObject({
    Enabled: z.boolean(),
    LastError: z.string(),
    LastSuccess: z.string(),
    Running: z.boolean(),
    SourceDatacenter: z.string(),
  }),
  authorizations: z.array(z.looseObject({Access: z.string(), Allow: z.boolean(), Resource: z.string()})),
  checks: z.record(z.string(), check),
  federationStates: z.array(z.looseObject({Datacenter: z.string(), MeshGateways: z.array(node).nullish()})),
  policies: z.array(policyLink),
  policy: z.looseObject({Description: z.string().optional(), ID: z.string(), Name: z.string(), Rules: z.string()}),
  service,
  token: z.looseObject({AccessorID: z.string(), Policies: z.array(policyLink).nullish(), SecretID: z.string()}),
} as const satisfies Record<string, ZodType>

/** @returns Where an answer differs from its shape first, without quoting what stands there; undefined where it does not. */
export function shapeFault(shape: keyof typeof answerShapes, answer: unknown): string | undefined {
  const [issue] = answerShapes[shape].safeParse(answer).error?.issues ?? []
  return issue && `${issue.path.map(String).join('.') || 'at the top'}: ${issue.message}`
}
