import {type Alias, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type YAMLError, type YAMLMap} from 'yaml'

import type {Path} from './issue.js'
import {followAliases} from './yaml-aliases.js'
import {repeatedKey, yamlComplaint} from './yaml-complaint.js'
import {deepest, readDocument, repeatedKeys, type YamlDocument} from './yaml-document.js'

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

/** What YAML 1.2 §5.1 allows in quotes as an escape only. */
const controlCharacter = /(?![\t\n\r\u0085])\p{Cc}/u

interface Complaint {
  readonly message: string
  readonly offset: number
}

/** Reads one YAML document. Never throws: what is wrong with it is in `complaints`, without the text around it, which may be secret. */
export function readYaml(text: string): YamlSource {
  const lineCounter = new LineCounter()
  const at = (offset: number): Position => {
    const {col, line} = lineCounter.linePos(offset)
    return {column: Math.max(col, 1), line: Math.max(line, 1)}
  }
  const unread = (complaints: readonly Complaint[]): YamlSource => ({
    complaints: complaints.map(({message, offset}) => ({message, position: at(offset)})),
    position: () => at(0),
    typed: () => undefined,
    value: undefined,
  })
  const read = readDocument(text, lineCounter)
  if ('tooDeepAt' in read)
    return unread([
      {
        message: `more than ${deepest} sections and lists stand in one another here; a federation file needs ten`,
        offset: read.tooDeepAt,
      },
    ])
  const {document} = read
  const faults = faultsOf(read, text)
  if (faults.length > 0) return unread(faults)
  const {complaints, targets} = followAliases(document)
  if (complaints.length > 0) return unread(complaints)
  const walk = walker(document, targets)
  return {
    complaints: [],
    position: (path, part) => at(offsetOf(walk(path), path, part)),
    typed(path) {
      const found = walk(path)
      const node = found.at(-1)?.node
      return found.length === path.length + 1 && isScalar(node) ? node.source : undefined
    },
    // How much the aliases hold has been measured already.
    value: document.toJS({maxAliasCount: -1}) as unknown,
  }
}

function faultsOf(
  {document, secondAt}: {document: YamlDocument; secondAt: number | undefined},
  text: string,
): Complaint[] {
  const control = controlCharacter.exec(text)
  if (control) return [controlFault(control)]
  const faults = [...document.errors, ...document.warnings].map((error: YAMLError) => ({
    message: yamlComplaint(error, text),
    offset: error.pos[0],
  }))
  const repeated = repeatedKeys(document).map((key) => {
    const offset = key.range?.[0] ?? 0
    return {message: repeatedKey(text, offset), offset}
  })
  const message = 'a second YAML document begins here; a federation file is one document'
  return [...faults, ...repeated, ...(secondAt === undefined ? [] : [{message, offset: secondAt}])]
}

/** One such character shows that the file is not what it seems to be: the others are not listed. */
function controlFault({0: character, index}: RegExpExecArray): Complaint {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
  const message = `the control character U+${code} cannot stand in YAML; save the file as plain UTF-8 text`
  return {message, offset: index}
}

interface Found {
  readonly key?: Node
  readonly node: Node
}

/** A function that gives the nodes along a path, as far as there are any; the first is the top of the document. */
function walker(document: YamlDocument, targets: ReadonlyMap<Alias, Node>): (path: Path) => Found[] {
  const indexed = new Map<YAMLMap, ReadonlyMap<string, Found>>()
  const below = (node: Node | undefined, part: number | string): Found | undefined => {
    const real = isAlias(node) ? targets.get(node) : node
    if (isSeq(real)) {
      const item = real.items[Number(part)]
      return item ? {node: item as Node} : undefined
    }
    if (!isMap(real)) return undefined
    const pairs = indexed.get(real) ?? pairsOf(real)
    indexed.set(real, pairs)
    return pairs.get(String(part))
  }
  return (path) => {
    if (!document.contents) return []
    const found: Found[] = [{node: document.contents}]
    for (const part of path) {
      const next = below(found.at(-1)?.node, part)
      if (!next) break
      found.push(next)
    }
    return found
  }
}

function pairsOf(map: YAMLMap): ReadonlyMap<string, Found> {
  const pairs = map.items.flatMap(({key, value}): [string, Found][] =>
    isScalar(key) && value ? [[String(key.value), {key, node: value as Node}]] : [],
  )
  return new Map(pairs)
}

function offsetOf(found: readonly Found[], path: Path, part: 'key' | 'value'): number {
  const last = found.at(-1)
  const node = part === 'key' && found.length === path.length + 1 ? (last?.key ?? last?.node) : last?.node
  return node?.range?.[0] ?? 0
}
