import {mkdtemp, realpath, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

/**
 * @template T
 * @param {(folder: string) => Promise<T>} task gets a folder of its own, which is removed afterwards
 */
export async function inScratchFolder(task) {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'fedctl-bench-')))
  try {
    return await task(folder)
  } finally {
    await rm(folder, {force: true, recursive: true})
  }
}
