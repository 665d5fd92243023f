import {type Dirent} from 'node:fs'
import {readdir} from 'node:fs/promises'
import {join} from 'node:path'

import {isErrno, removeIfExists, unreadable} from './files.js'
import {identityOf} from './process-identity.js'
import {writerOf} from './temporary-name.js'

export interface WhereAbandoned {
  /** Names of folders that are not entered. */
  readonly except?: readonly string[]
  /** Whether the folders in it are entered. */
  readonly recursive: boolean
}

/**
 * Removes the temporary files that writers which were killed left in a folder. What another process is writing stays; this one must not be writing there.
 * @throws FedctlError `file.unreadable` or `file.unwritable`.
 */
export async function removeAbandoned(folder: string, where: WhereAbandoned): Promise<void> {
  for (const entry of await entriesOf(folder)) {
    const path = join(folder, entry.name)
    const isEntered = entry.isDirectory() && where.recursive && !where.except?.includes(entry.name)
    if (isEntered) await removeAbandoned(path, where)
    if (entry.isFile() && (await isAbandoned(entry.name))) await removeIfExists(path)
  }
}

async function isAbandoned(name: string): Promise<boolean> {
  const writer = writerOf(name)
  if (writer === undefined) return false
  return writer === process.pid || (await identityOf(writer)) === undefined
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, {withFileTypes: true})
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return []
    throw unreadable(folder, error)
  }
}
