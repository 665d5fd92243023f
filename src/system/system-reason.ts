import {lstatSync} from 'node:fs'
import {dirname} from 'node:path'

import {forShell} from './for-shell.js'

/** The path that the system said it of, and the nearest folder above it that is there; both for a shell. */
interface Place {
  readonly folder: string
  readonly path: string
}

interface Known {
  readonly advice?: (place: Place) => string
  readonly reason: string
}

const permission: Known = {
  advice: ({folder, path}) => `see whose it is, and run the command as that user: ls -ld ${folder} ${path}`,
  reason: 'permission denied',
}

/** What system errors mean to whoever wanted a file, by their code. */
const known: Readonly<Record<string, Known>> = {
  EACCES: permission,
  EDQUOT: {
    advice: ({folder}) => `free space of that user: quota -s; df -h ${folder}`,
    reason: 'the disk quota is used up',
  },
  EFBIG: {
    advice: () => 'raise the limit of the file size: ulimit -f',
    reason: 'the file would be larger than is allowed',
  },
  EIO: {advice: () => 'see what the system says about that disk: dmesg', reason: 'the disk failed'},
  EISDIR: {advice: ({path}) => `move that folder away: ${path}`, reason: 'it is a folder'},
  ELOOP: {advice: ({path}) => `see where the links lead: ls -l ${path}`, reason: 'its symbolic links lead in a circle'},
  EMFILE: {advice: () => 'raise the limit of open files: ulimit -n', reason: 'too many files are open'},
  ENAMETOOLONG: {advice: () => 'use shorter names, or a folder with a shorter path', reason: 'the name is too long'},
  ENFILE: {advice: () => 'end programs that hold many files', reason: 'too many files are open on this machine'},
  ENOENT: {reason: 'there is no such file'},
  ENOSPC: {advice: ({folder}) => `free space there: df -h ${folder}; df -i ${folder}`, reason: 'the disk is full'},
  ENOTDIR: {advice: ({folder}) => `move that file away: ${folder}`, reason: 'a part of the path is not a folder'},
  EPERM: permission,
  EROFS: {
    advice: ({folder}) => `make it writable, or work in another folder: findmnt -T ${folder}`,
    reason: 'the file system is read-only',
  },
}

/** @returns The short reason of a system error, without the path that Node puts into its message. */
export function systemReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return lookUp(error)?.reason ?? error.message
}

/** @returns What to do about a system error at a path; undefined where nothing special is known. */
export function systemAdvice(path: string, error: unknown): string | undefined {
  return lookUp(error)?.advice?.({folder: forShell(nearest(dirname(path))), path: forShell(path)})
}

function lookUp(error: unknown): Known | undefined {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined
  return code === undefined ? undefined : known[code]
}

/** The first thing on the way up that is there: it has the disk, the owner and the permissions that count. */
function nearest(path: string): string {
  try {
    lstatSync(path)
    return path
  } catch {
    return path === dirname(path) ? path : nearest(dirname(path))
  }
}
