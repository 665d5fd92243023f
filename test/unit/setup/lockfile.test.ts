import {readFile} from 'node:fs/promises'
import {describe, expect, it} from 'vitest'

interface Lock {
  readonly packages: Readonly<Record<string, LockedPackage>>
}

interface LockedPackage {
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly resolved?: string
}

describe('package-lock.json', () => {
  it('names the packages of every platform, without which npm ci refuses it', async () => {
    const {packages} = await readLock()
    const missing = Object.entries(packages).flatMap(([path, {optionalDependencies}]) =>
      Object.keys(optionalDependencies ?? {})
        .filter((name) => !reachable(path, name).some((candidate) => candidate in packages))
        .map((name) => `${name} for ${path}`),
    )
    expect(missing).toEqual([])
  })

  it('names no registry', async () => {
    const {packages} = await readLock()
    const registries = Object.values(packages).flatMap(({resolved}) => resolved ?? [])
    expect(registries).toEqual([])
  })
})

async function readLock(): Promise<Lock> {
  return JSON.parse(await readFile(new URL('../../../package-lock.json', import.meta.url), 'utf8')) as Lock
}

/** @returns Where a package at `path` may find the package `name`: below itself, then below each package around it. */
function reachable(path: string, name: string): string[] {
  const own = `${path === '' ? '' : `${path}/`}node_modules/${name}`
  if (path === '') return [own]
  const end = path.lastIndexOf('/node_modules/')
  return [own, ...reachable(end === -1 ? '' : path.slice(0, end), name)]
}
