import type {Redactor} from '../system/redaction.js'

/** The same plain data with known secrets taken out of every text, so that no part of an answer can carry one into a snapshot. */
export function redactStrings<T>(value: T, redactor: Redactor): T {
  return redacted(value, redactor) as T
}

function redacted(value: unknown, redactor: Redactor): unknown {
  if (typeof value === 'string') return redactor.redact(value)
  if (Array.isArray(value)) return value.map((item) => redacted(item, redactor))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redacted(item, redactor)]))
}
