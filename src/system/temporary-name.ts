import {randomBytes} from 'node:crypto'

const form = /\.fedctl-(\d+)-[\da-f]{12}\.tmp$/

/** @returns Where a file is written before it gets its own name: beside it, with the pid of this process. */
export function temporaryFor(path: string): string {
  return `${path}.fedctl-${process.pid}-${randomBytes(6).toString('hex')}.tmp`
}

/** @returns The pid of the process that writes, or wrote, a file of that name; undefined where it is no temporary file of fedctl. */
export function writerOf(name: string): number | undefined {
  const pid = form.exec(name)?.[1]
  return pid === undefined ? undefined : Number(pid)
}
