import {open} from 'node:fs/promises'

import {isErrno} from '../system/files.js'

const readAtMost = 16 * 1024

/** @returns The last `count` lines of a log file; none where there is no such file. */
export async function logTail(path: string, count: number): Promise<string[]> {
  try {
    const file = await open(path, 'r')
    try {
      const {size} = await file.stat()
      const length = Math.min(size, readAtMost)
      const {buffer} = await file.read(Buffer.alloc(length), 0, length, size - length)
      return buffer.toString('utf8').trimEnd().split('\n').slice(-count)
    } finally {
      await file.close()
    }
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return []
    throw error
  }
}
