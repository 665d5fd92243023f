import {type Stats} from 'node:fs'
import {type FileHandle, link, mkdir, open, readFile, realpath, rename, stat, unlink} from 'node:fs/promises'
import {dirname} from 'node:path'

import {FedctlError} from '../errors/fedctl-error.js'
import {systemAdvice, systemReason} from './system-reason.js'
import {temporaryFor} from './temporary-name.js'

const privateFolder = 0o700
const privateFile = 0o600

/** Bytes of the largest file that is read whole. */
const largestRead = 256 * 1024 * 1024

/** @returns The content, or undefined where there is no such file. @throws FedctlError `file.unreadable` for any other reason. */
export async function readIfExists(path: string): Promise<Buffer | undefined> {
  try {
    return await readRegular(path)
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined
    throw unreadable(path, error)
  }
}

/** @returns The content as text. @throws FedctlError `file.unreadable`, also where there is no such file. */
export async function readText(path: string): Promise<string> {
  try {
    return (await readRegular(path)).toString('utf8')
  } catch (error) {
    throw unreadable(path, error)
  }
}

/** A pipe without a writer would be waited for without end, and a device read without end. */
async function readRegular(path: string): Promise<Buffer> {
  const found = await stat(path)
  if (!found.isFile() && !found.isDirectory()) throw new Error('it is a pipe or a device, not a file')
  if (found.size > largestRead) throw new Error(`it has ${found.size} bytes, and at most ${largestRead} are read`)
  return readFile(path)
}

/** @returns What `stat` says, or undefined where there is nothing. */
export async function statIfExists(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path)
  } catch (error) {
    if (isErrno(error, 'ENOENT') || isErrno(error, 'ENOTDIR')) return undefined
    throw unreadable(path, error)
  }
}

export interface WriteOptions {
  /** Permission bits from the first byte on. Default 0600. */
  mode?: number
  /** Refuses to replace a file (`file.exists`). */
  exclusive?: boolean
}

/**
 * Writes a whole file or nothing: temporary file beside it, synced, renamed. Missing folders are made with 0700.
 * @throws FedctlError `file.unwritable`, or `file.exists` with `exclusive`.
 */
export async function writeWhole(
  path: string,
  content: string | Uint8Array,
  options: WriteOptions = {},
): Promise<void> {
  const mode = options.mode ?? privateFile
  try {
    await makeFolder(dirname(path))
    if (options.exclusive) await writeNew(path, content, mode)
    else await replace(path, content, mode)
  } catch (error) {
    if (options.exclusive && isErrno(error, 'EEXIST')) {
      throw new FedctlError('file.exists', `${path} exists already and is not overwritten`, {
        cause: error,
        suggestions: ['move it away if it is not needed any more, then run the same command again'],
      })
    }
    throw unwritable(path, error)
  }
}

/** Removes a file where it is there. @throws FedctlError `file.unwritable`. */
export async function removeIfExists(path: string): Promise<void> {
  try {
    await unlink(path)
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw unwritable(path, error)
  }
}

/** @returns FedctlError `file.unwritable` for what the system says about a file that was to be written, made or removed. */
export function unwritable(path: string, error: unknown): FedctlError {
  return new FedctlError('file.unwritable', `cannot write ${path}: ${systemReason(error)}`, {
    cause: error,
    suggestions: [
      systemAdvice(path, error) ?? 'free space or mend the permissions of that folder',
      'then run the same command again',
    ],
  })
}

/**
 * Makes a folder and those above it (0700) where they are missing. Not the recursive `mkdir` of Node, which on a read-only file system
 * says that there is no such file.
 * @throws The system's error; ENOTDIR where something else has the name.
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, privateFolder)
  } catch (error) {
    if (isErrno(error, 'EEXIST')) {
      if ((await statIfExists(path))?.isDirectory()) return
      throw Object.assign(new Error('not a folder', {cause: error}), {code: 'ENOTDIR'})
    }
    if (!isErrno(error, 'ENOENT') || path === dirname(path)) throw error
    await makeFolder(dirname(path))
    await makeFolder(path)
  }
}

/** Creates `path` and fails if it is there. */
async function writeNew(path: string, content: string | Uint8Array, mode: number): Promise<void> {
  await throughTemporary(path, content, async (temporary, file) => {
    await file.chmod(mode)
    await link(temporary, path)
  })
}

/** Puts a file in the place of `path`, or of what it links to. Its owner stays who it was, also where root writes. */
async function replace(path: string, content: string | Uint8Array, mode: number): Promise<void> {
  const target = await realpath(path).catch(() => path)
  const before = await statIfExists(target)
  await throughTemporary(target, content, async (temporary, file) => {
    const {gid, uid} = await file.stat()
    if (before && (before.uid !== uid || before.gid !== gid) && process.getuid?.() === 0) {
      await file.chown(before.uid, before.gid)
    }
    await file.chmod(mode)
    await rename(temporary, target)
  })
}

/** Writes everything to a file beside `path` first and syncs it. A crash leaves at worst that file, never half of `path`. */
async function throughTemporary(
  path: string,
  content: string | Uint8Array,
  finish: (temporary: string, file: FileHandle) => Promise<void>,
): Promise<void> {
  const temporary = temporaryFor(path)
  const file = await open(temporary, 'wx', privateFile)
  try {
    await file.writeFile(content)
    await file.sync()
    await finish(temporary, file)
  } finally {
    await file.close()
    await removeIfExists(temporary)
  }
  await syncFolder(dirname(path))
}

/** Makes a new name survive a power cut. Not every file system syncs folders, and not everybody who may write there may read. */
async function syncFolder(path: string): Promise<void> {
  const cannot = (error: unknown) => ['EACCES', 'EINVAL', 'ENOTSUP', 'EPERM'].some((code) => isErrno(error, code))
  try {
    const folder = await open(path, 'r')
    await folder.sync().finally(() => folder.close())
  } catch (error) {
    if (!cannot(error)) throw error
  }
}

/** Whether `error` is a system error with that code, such as `ENOENT`. */
export function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === code
}

/** @returns FedctlError `file.unreadable` for what the system says about a file or folder that was to be read. */
export function unreadable(path: string, error: unknown): FedctlError {
  return new FedctlError('file.unreadable', `cannot read ${path}: ${systemReason(error)}`, {
    cause: error,
    suggestions: [systemAdvice(path, error) ?? 'mend that path or its permissions', 'then run the same command again'],
  })
}
