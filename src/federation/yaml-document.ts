import {
  Composer,
  type CST,
  type Document,
  isScalar,
  Lexer,
  type LineCounter,
  type Node,
  type ParsedNode,
  Parser,
  visit,
} from 'yaml'

/** Levels of nesting that are read; a federation file needs ten. The parser calls itself for each, until the stack is full. */
export const deepest = 64

export type YamlDocument = Document.Parsed<ParsedNode>

export interface ReadDocument {
  readonly document: YamlDocument
  /** Where a second document begins. */
  readonly secondAt: number | undefined
}

/** Reads the first YAML document of a text. @returns Instead, where it is nested too deeply, the offset of that place. */
export function readDocument(text: string, lineCounter: LineCounter): ReadDocument | {readonly tooDeepAt: number} {
  const tokens = tokensOf(text, lineCounter)
  if ('tooDeepAt' in tokens) return tokens
  // Whether keys are unique the parser finds out by comparing each with each: `repeatedKeys` is quicker.
  const composer = new Composer({prettyErrors: false, resolveKnownTags: false, stringKeys: true, uniqueKeys: false})
  const [document, second] = composer.compose(tokens, true, text.length)
  if (!document) throw new TypeError('a YAML text has at least one document, if only an empty one')
  return {document, secondAt: second?.range[0]}
}

/** The keys that stand in a section where the same key stands before them. */
export function repeatedKeys(document: YamlDocument): Node[] {
  const repeated: Node[] = []
  visit(document, {
    Map(_, {items}) {
      const seen = new Set<unknown>()
      for (const {key} of items) {
        if (!isScalar(key)) continue
        if (seen.has(key.value)) repeated.push(key)
        seen.add(key.value)
      }
    },
  })
  return repeated
}

function tokensOf(text: string, lineCounter: LineCounter): CST.Token[] | {readonly tooDeepAt: number} {
  const parser = new Parser(lineCounter.addNewLine)
  const tokens: CST.Token[] = []
  lineCounter.addNewLine(0)
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token)
    if (parser.stack.length > deepest) return {tooDeepAt: parser.offset}
  }
  for (const token of parser.end()) tokens.push(token)
  return tokens
}
