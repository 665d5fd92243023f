import {statfs} from 'node:fs/promises'

import {unwritable} from './files.js'

/** Bytes: with less than this, programs can no longer write what they have to. */
const nothing = 64 * 1024

/**
 * Looks whether anything can be written to the file system of a folder.
 * @throws FedctlError `file.unwritable` where no space or no file is left on it.
 */
export async function refuseFullDisk(folder: string): Promise<void> {
  const {bavail, bfree, bsize, ffree, files} = await statfs(folder)
  const left = (process.getuid?.() === 0 ? bfree : bavail) * bsize
  // Some file systems count no files.
  if (left >= nothing && (files === 0 || ffree > 0)) return
  throw unwritable(folder, Object.assign(new Error('no space is left'), {code: 'ENOSPC'}))
}
