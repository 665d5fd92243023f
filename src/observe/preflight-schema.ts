import {z, type ZodType} from 'zod'

import type {PreflightFacts} from './preflight-facts.js'

const words = z.array(z.string())

/** The shape of what a preflight saw in a saved snapshot. */
export const preflightSchema: ZodType<PreflightFacts> = z.object({
  certificates: z.record(z.string(), z.object({missing: words, problems: words})),
  configurations: z.record(
    z.string(),
    z.object({
      differing: z.array(z.object({keys: words, path: z.string()})),
      missing: words,
      rendered: z.boolean(),
      strangers: words,
      validity: z.object({outcome: z.enum(['invalid', 'unknown', 'valid']), text: z.string()}),
    }),
  ),
  endpoints: z.record(z.string(), z.object({accepts: z.boolean(), unresolved: z.string().exactOptional()})),
  listeners: z.record(z.string(), z.object({running: z.boolean(), taken: words, unusable: z.string().exactOptional()})),
  primaryBegun: z.boolean(),
})
