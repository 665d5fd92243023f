import {z} from 'zod'

export interface TextOptions {
  /** A good value, for messages and editors. */
  readonly example: string
  /** For editors; a value that it refuses must also be one that `problem` refuses. */
  readonly pattern?: RegExp
  /** @returns What is wrong with a value and what to write instead, or undefined. */
  readonly problem: (value: string) => string | undefined
}

/** A text of the federation file, with a check that words its own complaint. */
export function text(description: string, {example, pattern, problem}: TextOptions): z.ZodString {
  return z
    .string()
    .check((payload) => {
      const message = problem(payload.value)
      if (message !== undefined) payload.issues.push({code: 'custom', input: payload.value, message})
    })
    .meta({description, examples: [example], ...(pattern === undefined ? {} : {pattern: pattern.source})})
}

/** A setting that may be left out, with the value that then counts. */
export function withDefault<T extends z.ZodType>(schema: T, value: unknown): z.ZodOptional<T> {
  return schema.optional().meta({default: value})
}
