import {createHash, randomUUID} from 'node:crypto'
import {readdir, rename} from 'node:fs/promises'
import {basename, dirname, join} from 'node:path'

import {FedctlError} from '../errors/fedctl-error.js'
import {removeAbandoned} from '../system/abandoned-files.js'
import type {Clock} from '../system/clock.js'
import {readIfExists, removeIfExists, unwritable, writeWhole} from '../system/files.js'
import {identityOf, isSameProcess, type ProcessIdentity} from '../system/process-identity.js'
import {writerOf} from '../system/temporary-name.js'
import {userName} from '../system/user-name.js'
import {workspacePaths} from './workspace.js'

/** Who works in a workspace, as the lock file says it. */
interface LockOwner extends ProcessIdentity {
  readonly command: string
  /** No two locks have the same content. */
  readonly id: string
  readonly pid: number
  readonly since: string
  readonly user: string
}

/**
 * Does something while no other run changes the workspace. The lock of a process that has ended is taken over.
 *
 * Whoever takes over a dead lock creates its successor, a file whose name follows from the content of the dead one: of many, one gets it, and the
 * successor of one that died there is found the same way. The new owner then makes its successor the lock, in one step.
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
  const since = clock.now().toISOString()
  const content = JSON.stringify({...identity, command, id: randomUUID(), pid: process.pid, since, user: userName()})
  await take(path, content)
  try {
    await removeLeftovers(workspace)
    return await work()
  } finally {
    // Purging a lab removes the lock with everything else, and then somebody else may have it.
    if ((await read(path)) === content) await removeIfExists(path)
  }
}

async function take(path: string, content: string): Promise<void> {
  for (;;) {
    const first = await read(path)
    if (first === undefined) {
      if (await create(path, content)) return
      continue
    }
    const last = await lastOwner(path, first)
    const owner = parse(last)
    if (owner && isSameProcess(await identityOf(owner.pid), owner)) {
      // Otherwise it is one that comes too late and is about to see that.
      if ((await read(path)) === first) throw lockedBy(owner)
    } else if (await takeOver(path, first, last, content)) return
  }
}

/** @returns The content of the lock, or of the last of its successors. */
async function lastOwner(path: string, content: string): Promise<string> {
  const next = await read(successorOf(path, content))
  return next === undefined ? content : lastOwner(path, next)
}

/**
 * Only who has the successor changes a dead lock, and the successor's name is free again only after that change:
 * the lock that is still there now stays there.
 */
async function takeOver(path: string, first: string, last: string, content: string): Promise<boolean> {
  const successor = successorOf(path, last)
  if (!(await create(successor, content))) return false
  if ((await read(path)) !== first) {
    await removeIfExists(successor)
    return false
  }
  try {
    await rename(successor, path)
  } catch (error) {
    throw unwritable(path, error)
  }
  await removeSuccessors(path)
  return true
}

/** What runs that were killed left half-written. */
async function removeLeftovers(workspace: string): Promise<void> {
  const {pki, rendered, root, state} = workspacePaths(workspace)
  await removeAbandoned(root, {recursive: false})
  // Data of Consul's comes and goes while it runs.
  for (const folder of [state, pki, rendered('', '')])
    await removeAbandoned(folder, {except: ['data'], recursive: true})
}

/** What others left behind that died while they took over, or that come too late and are about to see that. Safe while the lock is held. */
async function removeSuccessors(path: string): Promise<void> {
  const folder = dirname(path)
  const names = (await readdir(folder)).filter((name) => name.startsWith(`${basename(path)}.after-`))
  for (const name of names.filter((name) => writerOf(name) === undefined)) await removeIfExists(join(folder, name))
}

function successorOf(path: string, content: string): string {
  return `${path}.after-${createHash('sha256').update(content).digest('hex').slice(0, 16)}`
}

async function read(path: string): Promise<string | undefined> {
  return (await readIfExists(path))?.toString('utf8')
}

/** @returns False where the file is there. */
async function create(path: string, content: string): Promise<boolean> {
  try {
    await writeWhole(path, content, {exclusive: true})
    return true
  } catch (error) {
    if (error instanceof FedctlError && error.code === 'file.exists') return false
    throw error
  }
}

function lockedBy({command, pid, since, user}: LockOwner): FedctlError {
  return new FedctlError('workspace.locked', `\`${command}\` of ${user} (pid ${pid}) has worked here since ${since}`, {
    suggestions: ['wait until it has ended, then run the same command again'],
  })
}

/** @returns Undefined for a file that is none of ours, or empty after a power cut. */
function parse(text: string): LockOwner | undefined {
  try {
    return JSON.parse(text) as LockOwner
  } catch {
    return undefined
  }
}
