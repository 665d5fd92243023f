import {randomUUID} from 'node:crypto'
import {link, mkdir, rm, writeFile} from 'node:fs/promises'
import {dirname} from 'node:path'
import {setTimeout as delay} from 'node:timers/promises'

import {isErrno, moveIfThere, readIfThere} from './files.js'
import {SetupError} from './programs.js'

const pollMs = 200

/**
 * Runs `task` while no other process holds the lock. What a dead process has left is taken over.
 * @template T
 * @param {string} path the lock: a file that names its holder
 * @param {() => Promise<T>} task
 * @param {{ onWait?: (pid: number) => void, signal?: AbortSignal | undefined, timeoutMs?: number }} [options] `onWait` is called before
 *   waiting for a process; `timeoutMs` limits the waiting, 15 minutes by default
 * @returns {Promise<T>} what `task` returns
 * @throws SetupError when the other process does not end in time
 */
export async function withLock(path, task, {onWait, signal, timeoutMs = 900_000} = {}) {
  const release = await acquire(path, {onWait, signal, timeoutMs})
  try {
    return await task()
  } finally {
    await release()
  }
}

/**
 * @param {string} path
 * @param {{ onWait: ((pid: number) => void) | undefined, signal: AbortSignal | undefined, timeoutMs: number }} options
 */
async function acquire(path, {onWait, signal, timeoutMs}) {
  await mkdir(dirname(path), {recursive: true})
  const deadline = Date.now() + timeoutMs
  const mine = `${path}.${randomUUID()}`
  await writeFile(mine, (await describeHolder(process.pid)) ?? '')
  try {
    for (let announced = 0; ;) {
      signal?.throwIfAborted()
      if (await claim(mine, path)) return () => rm(path, {force: true})
      const holder = await readIfThere(path)
      if (holder === undefined) continue
      const pid = Number.parseInt(holder, 10)
      if (holder !== (await describeHolder(pid))) {
        await discard(path, holder)
        continue
      }
      if (announced !== pid) onWait?.(pid)
      announced = pid
      if (Date.now() > deadline) {
        throw new SetupError(`process ${pid} has held ${path} for too long; end it, then run the same command again`)
      }
      await delay(pollMs, undefined, signal ? {signal} : {})
    }
  } finally {
    await rm(mine, {force: true})
  }
}

/**
 * The lock appears with its whole content at once, so that nobody ever reads half of it.
 * @param {string} mine
 * @param {string} path
 */
async function claim(mine, path) {
  try {
    await link(mine, path)
    return true
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false
    throw error
  }
}

/**
 * Removes the lock of a dead holder. Moving it aside first shows whether somebody else was quicker.
 * @param {string} path
 * @param {string} holder
 */
async function discard(path, holder) {
  const aside = `${path}.${randomUUID()}`
  if (!(await moveIfThere(path, aside))) return
  if ((await readIfThere(aside)) !== holder) await claim(aside, path)
  await rm(aside, {force: true})
}

/**
 * Process ids are used again, in containers at once, so the start time belongs to the name of a process.
 * @param {number} pid
 * @returns {Promise<string | undefined>} pid and start time, or only the pid where the system does not tell the time; undefined for a dead process
 */
async function describeHolder(pid) {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (!isErrno(error, 'EPERM')) return undefined
  }
  const status = await readIfThere(`/proc/${pid}/stat`)
  const startTime = status?.slice(status.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  return `${pid} ${startTime}\n`
}
