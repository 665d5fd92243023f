import {rename, unlink} from 'node:fs/promises'

import {FedctlError} from '../errors/fedctl-error.js'
import type {Clock} from '../system/clock.js'
import {isErrno, readIfExists, writeWhole} from '../system/files.js'
import {identityOf, isSameProcess, type ProcessIdentity} from '../system/process-identity.js'
import {userName} from '../system/user-name.js'
import {workspacePaths} from './workspace.js'

/** Who works in a workspace, as the lock file says it. */
interface LockOwner extends ProcessIdentity {
  readonly command: string
  readonly pid: number
  readonly since: string
  readonly user: string
}

/**
 * Does something while no other run changes the workspace. The lock of a process that has ended is taken over.
 * @param command what is being done, for the message that another run gets.
 * @throws FedctlError `workspace.locked`; what `work` throws.
 */
export async function withWorkspaceLock<T>(
  workspace: string,
  command: string,
  clock: Clock,
  work: () => Promise<T>,
): Promise<T> {
  const path = workspacePaths(workspace).lock
  const identity = await identityOf(process.pid)
  const owner = {...identity, command, pid: process.pid, since: clock.now().toISOString(), user: userName()}
  await take(path, JSON.stringify(owner))
  try {
    return await work()
  } finally {
    await unlinkIfThere(path)
  }
}

async function take(path: string, content: string): Promise<void> {
  try {
    await writeWhole(path, content, {exclusive: true})
  } catch (error) {
    if (!(error instanceof FedctlError) || error.code !== 'file.exists') throw error
    const found = (await readIfExists(path))?.toString('utf8')
    if (found !== undefined) await removeIfDead(path, found)
    await take(path, content)
  }
}

async function removeIfDead(path: string, found: string): Promise<void> {
  const owner = parse(found)
  if (owner && isSameProcess(await identityOf(owner.pid), owner)) {
    const {command, pid, since, user} = owner
    throw new FedctlError('workspace.locked', `\`${command}\` of ${user} (pid ${pid}) has worked here since ${since}`, {
      suggestions: ['wait until it has ended, then run the same command again'],
    })
  }
  await moveAway(path, found)
}

/** Two runs may find the same dead owner: what is moved away is looked at again, and put back where it is somebody's new lock. */
async function moveAway(path: string, expected: string): Promise<void> {
  const aside = `${path}.${process.pid}`
  try {
    await rename(path, aside)
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return
    throw error
  }
  const moved = (await readIfExists(aside))?.toString('utf8') ?? ''
  if (moved !== expected) await writeWhole(path, moved, {exclusive: true})
  await unlink(aside)
}

/** @returns Undefined for a file that is none of ours, or empty after a power cut. */
function parse(text: string): LockOwner | undefined {
  try {
    return JSON.parse(text) as LockOwner
  } catch {
    return undefined
  }
}

/** Purging a lab removes the lock with everything else. */
async function unlinkIfThere(path: string): Promise<void> {
  try {
    await unlink(path)
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error
  }
}
