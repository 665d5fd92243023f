import {readdir} from 'node:fs/promises'
import {dirname, join, relative, resolve} from 'node:path'

import {statIfExists} from '../system/files.js'

export const usualName = 'federation.yaml'

/** More folders than this are not looked through for a hint. */
const mostFolders = 500
const mostNamed = 3

/**
 * For hints: the federation files in folders right below a folder, else in it or the nearest folder above.
 * @returns Paths relative to `folder`, at most three; none where nothing can be read.
 */
export async function federationFilesNear(folder: string): Promise<string[]> {
  const below = await existing((await foldersIn(folder)).map((name) => join(folder, name, usualName)))
  const found = below.length > 0 ? below : (await existing(upwards(resolve(folder)))).slice(0, 1)
  return found.slice(0, mostNamed).map((path) => relative(folder, path))
}

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, {withFileTypes: true}).catch(() => [])
  return entries
    .filter((entry) => entry.isDirectory())
    .slice(0, mostFolders)
    .map(({name}) => name)
    .sort()
}

async function existing(paths: readonly string[]): Promise<string[]> {
  const found = await Promise.all(paths.map((path) => statIfExists(path).catch(() => undefined)))
  return paths.filter((_, index) => found[index]?.isFile())
}

function upwards(folder: string): string[] {
  const path = join(folder, usualName)
  return folder === dirname(folder) ? [path] : [path, ...upwards(dirname(folder))]
}
