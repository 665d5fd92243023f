import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  visit,
  type YAMLError,
} from 'yaml'

import type {Path} from './issue.js'
import {yamlComplaint} from './yaml-complaint.js'

const mostAliases = 100

export interface Position {
  /** Counts from 1, like `line`. */
  readonly column: number
  readonly line: number
}

/** A YAML text, read: its value, what is wrong with it as YAML, and where everything stands. */
export interface YamlSource {
  /** Complaints about the YAML itself. `value` cannot be trusted where there are some. */
  readonly complaints: readonly {readonly message: string; readonly position: Position}[]
  readonly value: unknown
  /** Where the value of a path begins, or its key, or else the nearest thing around it that is there. */
  readonly position: (path: Path, part: 'key' | 'value') => Position
  /** A plain number, boolean or text as it was typed, such as `1.20`. */
  readonly typed: (path: Path) => string | undefined
}

/** Reads one YAML document. Never throws: what is wrong with it is in `complaints`, without the text around it, which may be secret. */
export function readYaml(text: string): YamlSource {
  const lineCounter = new LineCounter()
  const document = parseDocument(text, {
    lineCounter,
    prettyErrors: false,
    resolveKnownTags: false,
    stringKeys: true,
    uniqueKeys: true,
  })
  const at = (offset: number): Position => {
    const {col, line} = lineCounter.linePos(offset)
    return {column: Math.max(col, 1), line: Math.max(line, 1)}
  }
  const complaints = [...document.errors, ...document.warnings].map((error: YAMLError) => ({
    message: yamlComplaint(error, text),
    position: at(error.pos[0]),
  }))
  const aliases = complaints.length > 0 ? [] : aliasComplaints(document)
  const found = [...complaints, ...aliases.map(({message, offset}) => ({message, position: at(offset)}))]
  return {
    complaints: found,
    position: (path, part) => at(offsetOf(document, path, part)),
    typed(path) {
      const node = walk(document, path).at(-1)?.node
      return walk(document, path).length === path.length + 1 && isScalar(node) ? node.source : undefined
    },
    value: found.length === 0 ? (document.toJS({maxAliasCount: mostAliases}) as unknown) : undefined,
  }
}

/** Aliases of nothing, of what they stand in themselves, and so many that their expansion would fill the memory. */
function aliasComplaints(document: Document.Parsed): {message: string; offset: number}[] {
  const complaints: {message: string; offset: number}[] = []
  let first: number | undefined
  visit(document, {
    Alias(_, alias, ancestors) {
      const offset = alias.range?.[0] ?? 0
      first ??= offset
      const target = alias.resolve(document)
      if (!target) complaints.push({message: `no anchor &${alias.source} stands before this alias`, offset})
      else if (ancestors.includes(target)) complaints.push({message: `the alias *${alias.source} holds itself`, offset})
    },
  })
  if (complaints.length > 0 || first === undefined) return complaints
  try {
    document.toJS({maxAliasCount: mostAliases})
    return []
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error
    return [{message: 'the aliases of this file multiply too often; write the values out', offset: first}]
  }
}

interface Found {
  readonly key?: Node
  readonly node: Node
}

/** The nodes along a path, as far as there are any; the first is the top of the document. */
function walk(document: Document.Parsed, path: Path): Found[] {
  const top = document.contents
  if (!top) return []
  const found: Found[] = [{node: top}]
  for (const part of path) {
    const node = resolved(document, found.at(-1)?.node)
    const next = isSeq(node) ? {value: node.items[Number(part)]} : isMap(node) ? pairOf(node.items, part) : undefined
    if (!next?.value) break
    found.push({node: next.value as Node, ...('key' in next ? {key: next.key as Node} : {})})
  }
  return found
}

function pairOf(pairs: readonly Pair[], key: number | string): Pair | undefined {
  return pairs.find((pair) => isScalar(pair.key) && String(pair.key.value) === String(key))
}

function resolved(document: Document.Parsed, node: Node | undefined): Node | undefined {
  return isAlias(node) ? node.resolve(document) : node
}

function offsetOf(document: Document.Parsed, path: Path, part: 'key' | 'value'): number {
  const found = walk(document, path)
  const last = found.at(-1)
  const node = part === 'key' && found.length === path.length + 1 ? (last?.key ?? last?.node) : last?.node
  return node?.range?.[0] ?? 0
}
