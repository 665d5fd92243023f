import {readFile} from 'node:fs/promises'

import {isErrno} from './files.js'
import {runProgram} from './run.js'

/** What tells a process from a later one with the same pid. */
export interface ProcessIdentity {
  /** Id of the boot; `-` where the system has none. */
  readonly boot: string
  /** Start time in the system's own form. */
  readonly start: string
}

/** @returns The identity of a running process, or undefined. A zombie does not run. */
export async function identityOf(pid: number, platform = process.platform): Promise<ProcessIdentity | undefined> {
  if (platform !== 'linux') return identityByPs(pid)
  try {
    const [stat, boot] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
    ])
    // proc(5): the second field, in parentheses, may hold spaces; state is the first field after it and starttime the twentieth.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? undefined : {boot: boot.trim(), start: fields[19] ?? ''}
  } catch (error) {
    if (isErrno(error, 'ENOENT') || isErrno(error, 'ESRCH')) return undefined
    throw error
  }
}

/** Whether a process that was found running is the one that somebody noted. */
export function isSameProcess(one: ProcessIdentity | undefined, other: ProcessIdentity): boolean {
  return one !== undefined && one.start === other.start && one.boot === other.boot
}

/** Locale and time zone are set, since the same process may be asked about from another shell. */
async function identityByPs(pid: number): Promise<ProcessIdentity | undefined> {
  const env = {LC_ALL: 'C', TZ: 'UTC'}
  const {stdout} = await runProgram('ps', ['-o', 'lstart=', '-p', String(pid)], {env})
  const start = stdout.trim().replaceAll(/\s+/g, '_')
  return start ? {boot: '-', start} : undefined
}
