import type {Redactor} from '../system/redaction.js'

/** Characters with which an answer could move the cursor of a terminal, or turn the direction of a line. */
const actedOn = /(?![\n\t])[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu

/**
 * The same plain data with known secrets taken out of every text, so that no part of an answer can carry one into a snapshot,
 * and without what a terminal would act on.
 */
export function redactStrings<T>(value: T, redactor: Redactor): T {
  return redacted(value, redactor) as T
}

function redacted(value: unknown, redactor: Redactor): unknown {
  if (typeof value === 'string') return redactor.redact(value).replaceAll(actedOn, '\uFFFD')
  if (Array.isArray(value)) return value.map((item) => redacted(item, redactor))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redacted(item, redactor)]))
}
