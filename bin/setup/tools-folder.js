import {mkdir, mkdtemp, readdir, rename, rm} from 'node:fs/promises'
import {join} from 'node:path'

const unfinished = 'fetching-'

/** @param {string} tools @returns {string} the folder of fetched programs, which goes on PATH */
export function programsFolder(tools) {
  return join(tools, 'bin')
}

/**
 * Runs `fetch` with an empty folder on the same file system as `tools` and removes that folder afterwards, whatever happens.
 * @template T
 * @param {string} tools
 * @param {(folder: string) => Promise<T>} fetch
 * @returns {Promise<T>}
 */
export async function inScratchFolder(tools, fetch) {
  await mkdir(tools, {recursive: true})
  const folder = await mkdtemp(join(tools, unfinished))
  try {
    return await fetch(folder)
  } finally {
    await rm(folder, {force: true, recursive: true})
  }
}

/**
 * Removes what killed runs have left. Only for the holder of the lock.
 * @param {string} tools
 */
export async function removeUnfinished(tools) {
  await mkdir(tools, {recursive: true})
  const left = (await readdir(tools)).filter((name) => name.startsWith(unfinished))
  await Promise.all(left.map((name) => rm(join(tools, name), {force: true, recursive: true})))
}

/**
 * Puts a finished program in place in one step.
 * @param {string} tools
 * @param {string} name
 * @param {string} file a finished, executable file on the same file system
 * @returns {Promise<string>} where it is now
 */
export async function installProgram(tools, name, file) {
  await mkdir(programsFolder(tools), {recursive: true})
  const path = join(programsFolder(tools), name)
  await rename(file, path)
  return path
}
