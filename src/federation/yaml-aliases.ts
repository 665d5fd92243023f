import {type Alias, isAlias, isCollection, isPair, type Node} from 'yaml'

import {shown} from './fields/shown.js'
import {deepest, type YamlDocument} from './yaml-document.js'

const mostAliases = 1000
/** Values of the whole file with every alias written out. */
const mostValues = 200_000

/** What the aliases of a document stand for. */
export interface Aliases {
  /** Aliases of nothing, of what they stand in themselves, and so many that what they stand for would fill the memory. */
  readonly complaints: readonly {readonly message: string; readonly offset: number}[]
  readonly targets: ReadonlyMap<Alias, Node>
}

/** How much a node is with its aliases written out. */
interface Extent {
  readonly depth: number
  readonly values: number
}

/** Follows all aliases of a document in one pass: an anchor stands before its aliases, so what it holds is known by then. */
export function followAliases({contents}: YamlDocument): Aliases {
  const complaints: {message: string; offset: number}[] = []
  const anchors = new Map<string, Node>()
  const finished = new Map<Node, Extent>()
  const targets = new Map<Alias, Node>()

  function extentOfAlias(alias: Alias): Extent {
    const target = anchors.get(alias.source)
    const extent = target && finished.get(target)
    const offset = alias.range?.[0] ?? 0
    if (!target) complaints.push({message: `no anchor ${shown(`&${alias.source}`)} stands before this alias`, offset})
    else if (!extent) complaints.push({message: `the alias ${shown(`*${alias.source}`)} holds itself`, offset})
    if (target) targets.set(alias, target)
    return extent ?? {depth: 1, values: 1}
  }

  function extentOf(value: unknown): Extent {
    if (isAlias(value)) return extentOfAlias(value)
    if (isPair(value)) return together([extentOf(value.key), extentOf(value.value)], 0)
    const node = value as Node & {anchor?: string}
    if (node?.anchor) anchors.set(node.anchor, node)
    const extent = isCollection(value)
      ? together(
          value.items.map((item) => extentOf(item)),
          1,
        )
      : {depth: 1, values: 1}
    if (node?.anchor) finished.set(node, extent)
    return extent
  }

  const {depth, values} = extentOf(contents)
  const [first] = targets.keys()
  const tooMuch = targets.size > mostAliases || depth > deepest || values > mostValues
  if (first && tooMuch && complaints.length === 0) {
    const message = 'the aliases of this file multiply too often; write the values out'
    complaints.push({message, offset: first.range?.[0] ?? 0})
  }
  return {complaints, targets}
}

/** @param levels that are added by what holds them */
function together(extents: readonly Extent[], levels: number): Extent {
  return extents.reduce(
    (sum, {depth, values}) => ({depth: Math.max(sum.depth, depth + levels), values: sum.values + values}),
    {depth: levels, values: levels},
  )
}
