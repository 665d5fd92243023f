import {Document, isCollection, visit} from 'yaml'

const longestLine = 110

/** Characters that a plain or single-quoted text would lose, or that would break the line. */
const needsEscape = /[\p{C}\u2028\u2029]/u

/**
 * One line of YAML: `key: value`, with sections and lists inside in braces and brackets. Whatever is in a text stays in that text.
 */
export function yamlLine(content: Readonly<Record<string, unknown>>): string {
  return rendered(content, 1)
}

/**
 * An item of a list, `- { key: value }`, or with a line for each key where one line would be too long.
 * @param indent blanks before the hyphen, which are put before every line but the first
 */
export function yamlItem(item: object, indent: number): string {
  const short = rendered([item], 1)
  if (indent + short.length <= longestLine) return short
  return rendered([item], 2).replaceAll('\n', `\n${' '.repeat(indent)}`)
}

/** @param depth down to which sections and lists have lines of their own */
function rendered(content: unknown, depth: number): string {
  const document = new Document(content)
  visit(document, {
    Collection(_, collection, ancestors) {
      collection.flow = ancestors.filter((ancestor) => isCollection(ancestor)).length >= depth
    },
    Scalar(_, scalar) {
      if (typeof scalar.value === 'string' && needsEscape.test(scalar.value)) scalar.type = 'QUOTE_DOUBLE'
    },
  })
  const text = document.toString({
    blockQuote: false,
    doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER,
    lineWidth: 0,
  })
  return text.trimEnd()
}
