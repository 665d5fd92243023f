import {readdir, readFile} from 'node:fs/promises'
import {dirname, join, posix, relative} from 'node:path'
import {fileURLToPath} from 'node:url'
import ts from 'typescript'
import {beforeAll, describe, expect, it} from 'vitest'

import {layers, maxLines} from './layers.js'

const source = fileURLToPath(new URL('../../src', import.meta.url))

/** Names that say nothing about what is inside. */
const vagueNames = /(^|[/-])(utils?|helpers?|common|misc|shared|lib)([/.-]|$)/

/** What does the work of the layers below: a command has no business with it. */
const worksBelow = /^(node:(fs|child_process|net|tls|http|https|dns|dgram)(\/.*)?|undici|execa|yaml|node-forge|eta)$/

interface SourceFile {
  readonly folder: string
  readonly imports: readonly string[]
  readonly lines: number
  readonly name: string
}

let files: readonly SourceFile[] = []

beforeAll(async () => {
  const entries = await readdir(source, {recursive: true, withFileTypes: true})
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  files = await Promise.all(paths.sort().map((path) => readSource(path)))
})

describe('the architecture of src', () => {
  it('is TypeScript in the folders of the layers, and nothing else', () => {
    const known = new Set(layers.flat())
    const strange = files.filter(({folder, name}) => !known.has(folder) || !name.endsWith('.ts'))
    expect(files.length).toBeGreaterThan(0)
    expect(strange.map(({name}) => name)).toEqual([])
  })

  it('imports lower layers only', () => {
    const depths = new Map(layers.flatMap((folders, depth) => folders.map((folder) => [folder, depth] as const)))
    const depthOf = (folder: string) => depths.get(folder) ?? Number.NaN
    const wrong = files.flatMap(({folder, imports, name}) =>
      localImports(imports)
        .filter((target) => folderOf(target) !== folder && !(depthOf(folderOf(target)) > depthOf(folder)))
        .map((target) => `${name} imports ${target}`),
    )
    expect(wrong).toEqual([])
  })

  it('imports only files that are there', () => {
    const names = new Set(files.map(({name}) => name))
    const missing = files.flatMap(({imports, name}) =>
      localImports(imports)
        .filter((target) => !names.has(target))
        .map((target) => `${name} imports ${target}`),
    )
    expect(missing).toEqual([])
  })

  it('has no cycles of imports', () => {
    expect(findCycle(new Map(files.map(({imports, name}) => [name, localImports(imports)])))).toEqual([])
  })

  it('has small files, and commands that hold no more than flags and one call', () => {
    const limit = (folder: string) => (folder === 'commands' ? maxLines.commands : maxLines.elsewhere)
    const long = files.filter(({folder, lines}) => lines > limit(folder))
    expect(long.map(({lines, name}) => `${name} has ${lines} lines`)).toEqual([])
  })

  it('has names that say what is inside', () => {
    expect(files.map(({name}) => name).filter((name) => vagueNames.test(name))).toEqual([])
  })

  it('leaves files, processes and connections out of the commands', () => {
    const wrong = files
      .filter(({folder}) => folder === 'commands')
      .flatMap(({imports, name}) =>
        imports.filter((target) => worksBelow.test(target)).map((target) => `${name} imports ${target}`),
      )
    expect(wrong).toEqual([])
  })
})

describe('the search for cycles', () => {
  it('finds a cycle that begins behind other files', () => {
    const imports = new Map([
      ['a', ['b', 'c']],
      ['b', []],
      ['c', ['d']],
      ['d', ['c']],
    ])
    expect(findCycle(imports)).toEqual(['c', 'd', 'c'])
  })

  it('accepts files that reach the same file on two ways', () => {
    const imports = new Map([
      ['a', ['b', 'c']],
      ['b', ['d']],
      ['c', ['d']],
      ['d', []],
    ])
    expect(findCycle(imports)).toEqual([])
  })
})

/** Names are relative to src, with slashes; imports of other files of src are resolved to such names, also dynamic ones and those of types. */
async function readSource(path: string): Promise<SourceFile> {
  const text = await readFile(path, 'utf8')
  const name = relative(source, path).replaceAll('\\', '/')
  const imports = ts.preProcessFile(text, true, true).importedFiles.map(({fileName}) => resolveImport(name, fileName))
  return {folder: folderOf(name), imports, lines: text.trimEnd().split('\n').length, name}
}

function resolveImport(importer: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier
  return `./${posix.join(dirname(importer), specifier).replace(/\.js$/, '.ts')}`
}

function localImports(imports: readonly string[]): string[] {
  return imports.filter((target) => target.startsWith('./')).map((target) => target.slice(2))
}

function folderOf(name: string): string {
  return name.split('/')[0] ?? ''
}

/** @returns The files of one cycle, the first of them again at the end; empty where there is none. */
function findCycle(imports: ReadonlyMap<string, readonly string[]>): string[] {
  const finished = new Set<string>()
  const visit = (name: string, trail: readonly string[]): string[] => {
    const start = trail.indexOf(name)
    if (start !== -1) return [...trail.slice(start), name]
    if (finished.has(name)) return []
    for (const target of imports.get(name) ?? []) {
      const cycle = visit(target, [...trail, name])
      if (cycle.length > 0) return cycle
    }
    finished.add(name)
    return []
  }
  for (const name of imports.keys()) {
    const cycle = visit(name, [])
    if (cycle.length > 0) return cycle
  }
  return []
}
