import {type ChildProcess, spawn} from 'node:child_process'
import {type FileHandle, open} from 'node:fs/promises'
import {basename, dirname} from 'node:path'

import {FedctlError} from '../errors/fedctl-error.js'
import type {Clock} from './clock.js'
import {isErrno, makeFolder, readIfExists, removeIfExists, unwritable, writeWhole} from './files.js'
import {forShell} from './for-shell.js'
import {identityOf, isSameProcess, type ProcessIdentity} from './process-identity.js'
import {systemReason} from './system-reason.js'

/** A process that outlives the command that started it, known by its pid file and its start time. */
export interface BackgroundProcess {
  readonly alive: boolean
  readonly pid: number
}

export interface StartOptions {
  readonly args: readonly string[]
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly file: string
  /** Its stdout and stderr are appended here. */
  readonly logFile: string
  readonly pidFile: string
}

const pollMs = 20

/** What waits for its pid file to be written before it becomes the program; where its starter ends before that, it ends too. */
const launcher = 'IFS= read -r _ && exec "$0" "$@" < /dev/null'

/**
 * Starts a program in a session of its own. Its pid file stands before it runs: however the starter ends, what runs is found again.
 * The line is `pid start-time boot`, as `findProcess` reads it back.
 * @throws FedctlError `process.failed` where it cannot be started, `file.unwritable` where its log or pid file cannot be written.
 */
export async function startInBackground(options: StartOptions): Promise<BackgroundProcess> {
  const log = await openLog(options)
  try {
    const child = launch(options, log.fd)
    const pid = await launched(child, options)
    try {
      const {boot, start} = await identityOfWaiting(pid, options)
      await writeWhole(options.pidFile, `${pid} ${start} ${boot}\n`)
      await release(child)
    } finally {
      child.stdin?.destroy()
      child.unref()
    }
    return {alive: true, pid}
  } finally {
    await log.close()
  }
}

async function openLog({logFile, pidFile}: StartOptions): Promise<FileHandle> {
  try {
    await makeFolder(dirname(pidFile))
    await makeFolder(dirname(logFile))
    return await open(logFile, 'a', 0o600)
  } catch (error) {
    throw unwritable(logFile, error)
  }
}

function launch(options: StartOptions, log: number): ChildProcess {
  try {
    return spawn('/bin/sh', ['-c', launcher, options.file, ...options.args], {
      cwd: options.cwd,
      detached: true,
      env: {...options.env},
      stdio: ['pipe', log, log],
    })
  } catch (error) {
    throw cannotStart(options, error)
  }
}

async function launched(child: ChildProcess, options: StartOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(cannotStart(options, error)))
    child.once('spawn', () => resolve(child.pid ?? 0))
  })
}

async function identityOfWaiting(pid: number, options: StartOptions): Promise<ProcessIdentity> {
  const identity = await identityOf(pid)
  if (!identity) throw cannotStart(options, new Error('/bin/sh ended at once'))
  return identity
}

/** Lets the launcher become the program. One that was killed meanwhile is found dead by its pid file. */
async function release({stdin}: ChildProcess): Promise<void> {
  await new Promise<void>((resolve) => {
    stdin?.once('error', () => resolve())
    stdin?.end('\n', () => resolve())
  })
}

function cannotStart({cwd, file}: StartOptions, error: unknown): FedctlError {
  return new FedctlError('process.failed', `cannot start ${file}: ${(error as Error).message}`, {
    cause: error,
    suggestions: [
      ...(cwd === undefined ? [] : [`see whether the folder ${cwd} is there`]),
      'see whether /bin/sh runs and the limits of processes and memory allow one more: ulimit -a',
    ],
  })
}

/**
 * @returns What a pid file says, and whether exactly that process still runs; undefined without a pid file, and where it is empty.
 * @throws FedctlError `workspace.invalid` where it is not whole: the process may run all the same.
 */
export async function findProcess(pidFile: string): Promise<BackgroundProcess | undefined> {
  const content = (await readIfExists(pidFile))?.toString('utf8')
  if (!content) return undefined
  const [, pid, start = '', boot = ''] = /^([1-9]\d*) (\S+) (\S+)\n$/.exec(content) ?? []
  if (pid === undefined) throw damaged(pidFile)
  return {alive: isSameProcess(await identityOf(Number(pid)), {boot, start}), pid: Number(pid)}
}

function damaged(pidFile: string): FedctlError {
  const [node, datacenter] = [basename(dirname(pidFile)), basename(dirname(dirname(pidFile)))]
  return new FedctlError(
    'workspace.invalid',
    `${pidFile} is not whole, so it cannot be told whether its process runs`,
    {
      suggestions: [
        `see whether it runs, and end it if it does: pgrep -af ${forShell(`${datacenter}/${node}`)}`,
        `then remove that file: rm ${forShell(pidFile)}`,
      ],
    },
  )
}

export interface StopOptions {
  readonly clock: Clock
  /** Milliseconds that it gets to end by itself, and again to end after SIGKILL. */
  readonly graceMs: number
  /** Default: `process.kill`. */
  readonly kill?: Kill
  /** What it is called in an error. */
  readonly name: string
  readonly signal?: AbortSignal
}

type Kill = (pid: number, signal: SignalName) => void
type SignalName = 'SIGHUP' | 'SIGKILL' | 'SIGTERM'

/**
 * Ends the process of a pid file: SIGTERM, then SIGKILL after `graceMs`. Never another process that got the same pid.
 * @returns Whether there was one to end. The pid file is removed once none is there any more.
 * @throws FedctlError `process.failed` where it still runs; the reason of `signal`. The pid file stays then.
 */
export async function stopProcess(pidFile: string, options: StopOptions): Promise<boolean> {
  const found = await findProcess(pidFile)
  if (found?.alive) {
    sendSignal(found.pid, 'SIGTERM', options)
    if (!(await endsInTime(pidFile, options))) {
      sendSignal(found.pid, 'SIGKILL', options)
      if (!(await endsInTime(pidFile, options))) throw stillRuns(found.pid, options)
    }
  }
  await removeIfExists(pidFile)
  return found?.alive ?? false
}

async function endsInTime(pidFile: string, {clock, graceMs, signal}: StopOptions): Promise<boolean> {
  const deadline = clock.monotonicMs() + graceMs
  for (;;) {
    if (!(await findProcess(pidFile))?.alive) return true
    if (clock.monotonicMs() >= deadline) return false
    signal?.throwIfAborted()
    await clock.sleep(pollMs, signal)
  }
}

/**
 * Sends a signal to a process that `findProcess` has found.
 * @returns False where it has ended meanwhile. @throws FedctlError `process.failed` where this user may not do it.
 */
export function sendSignal(
  pid: number,
  signal: SignalName,
  {kill = killProcess, name}: Pick<StopOptions, 'kill' | 'name'>,
): boolean {
  try {
    kill(pid, signal)
    return true
  } catch (error) {
    if (isErrno(error, 'ESRCH')) return false
    throw new FedctlError('process.failed', `cannot send ${signal} to ${name} (pid ${pid}): ${systemReason(error)}`, {
      cause: error,
      suggestions: [`see whose process it is: ps -o user,pid,stat,args -p ${pid}`, 'run the same command as that user'],
    })
  }
}

function killProcess(pid: number, signal: SignalName): void {
  process.kill(pid, signal)
}

function stillRuns(pid: number, {graceMs, name}: StopOptions): FedctlError {
  return new FedctlError('process.failed', `${name} (pid ${pid}) still runs ${graceMs / 1000} s after SIGKILL`, {
    suggestions: [
      `see what it waits for: ps -o user,pid,stat,wchan,args -p ${pid}`,
      'run the same command again to go on',
    ],
  })
}
