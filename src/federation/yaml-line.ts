import {Document, visit} from 'yaml'

/** Characters that a plain or single-quoted text would lose, or that would break the line. */
const needsEscape = /[\p{C}\u2028\u2029]/u

/**
 * One line of YAML: `key: value` or `- item`, with sections and lists inside in braces and brackets. Whatever is in a text stays
 * in that text.
 */
export function yamlLine(content: readonly [unknown] | Readonly<Record<string, unknown>>): string {
  const document = new Document(content)
  visit(document, {
    Collection(_, collection) {
      collection.flow = collection !== document.contents
    },
    Scalar(_, scalar) {
      if (typeof scalar.value === 'string' && needsEscape.test(scalar.value)) scalar.type = 'QUOTE_DOUBLE'
    },
  })
  const lines = document.toString({
    blockQuote: false,
    doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER,
    lineWidth: 0,
  })
  return lines.trimEnd()
}
