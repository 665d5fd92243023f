import {z} from 'zod'

import {federationSchema} from './schema/federation.js'

/**
 * The JSON Schema (draft 7, which editors know best) of the federation file. It accepts every valid file. What takes more than one
 * value to judge, or more than a pattern, only fedctl itself refuses.
 */
export function federationJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(federationSchema, {io: 'input', reused: 'inline', target: 'draft-7'})
}
