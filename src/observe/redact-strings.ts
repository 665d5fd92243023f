import type {Redactor} from '../system/redaction.js'

/** Characters with which an answer could move the cursor of a terminal, or turn the direction of a line. */
const actedOn = /(?![\n\t])[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu

/**
 * The same plain data with known secrets taken out of every text, so that no part of an answer can carry one into a snapshot,
 * and without what a terminal would act on.
 */
export function redactStrings<T>(value: T, redactor: Redactor): T {
  const redact = redactor.ofNow()
  const texts = new Map<string, string>()
  const objects = new Map<object, unknown>()

  /** A snapshot holds the same texts and objects many times: what every server says of every other one. */
  function redacted(part: unknown): unknown {
    if (typeof part === 'string') return redactedText(part)
    if (typeof part !== 'object' || part === null) return part
    const known = objects.get(part)
    if (known !== undefined) return known
    const made = Array.isArray(part)
      ? part.map((item) => redacted(item))
      : Object.fromEntries(Object.entries(part).map(([key, item]) => [key, redacted(item)]))
    objects.set(part, made)
    return made
  }

  function redactedText(text: string): string {
    const known = texts.get(text)
    if (known !== undefined) return known
    const made = redact(text).replaceAll(actedOn, '\uFFFD')
    texts.set(text, made)
    return made
  }

  return redacted(value) as T
}
