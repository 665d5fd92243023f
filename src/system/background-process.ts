import {spawn} from 'node:child_process'
import {closeSync, openSync} from 'node:fs'
import {mkdir, unlink} from 'node:fs/promises'
import {dirname} from 'node:path'

import {FedctlError} from '../errors/fedctl-error.js'
import type {Clock} from './clock.js'
import {isErrno, readIfExists} from './files.js'
import {identityOf, isSameProcess} from './process-identity.js'

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
const startWithinMs = 10_000

/**
 * The process writes its own pid file before it becomes the program: however the starter ends, what runs is found again.
 * The line is `pid start-time boot`, as `findProcess` reads it back.
 */
const launcher = `
if [ -r /proc/$$/stat ]; then
  start=$(cut -d' ' -f22 /proc/$$/stat) boot=$(cat /proc/sys/kernel/random/boot_id)
else
  start=$(ps -o lstart= -p $$ | tr ' ' _) boot=-
fi
printf '%s %s %s\\n' "$$" "$start" "$boot" > "$0.new" && mv -f "$0.new" "$0" && exec "$@"
`

/**
 * Starts a program in a session of its own and waits until its pid file stands.
 * @throws FedctlError `process.failed` where it cannot be started, or the file system's error.
 */
export async function startInBackground(options: StartOptions, clock: Clock): Promise<BackgroundProcess> {
  await unlink(options.pidFile).catch((error: unknown) => {
    if (!isErrno(error, 'ENOENT')) throw error
  })
  await mkdir(dirname(options.logFile), {mode: 0o700, recursive: true})
  await mkdir(dirname(options.pidFile), {mode: 0o700, recursive: true})
  const log = openSync(options.logFile, 'a', 0o600)
  const child = spawn('/bin/sh', ['-c', launcher, options.pidFile, options.file, ...options.args], {
    cwd: options.cwd,
    detached: true,
    env: {...options.env},
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  const failed = new Promise<never>((_, reject) => child.once('error', reject))
  child.unref()
  return Promise.race([failed, untilRecorded(options, clock)])
}

async function untilRecorded(options: StartOptions, clock: Clock): Promise<BackgroundProcess> {
  const deadline = clock.now().getTime() + startWithinMs
  for (;;) {
    const found = await findProcess(options.pidFile)
    if (found) return found
    if (clock.now().getTime() > deadline) {
      throw new FedctlError(
        'process.failed',
        `${options.file} did not start: no ${options.pidFile} after ${startWithinMs / 1000} s`,
      )
    }
    await clock.sleep(pollMs)
  }
}

/** @returns What a pid file says, and whether exactly that process still runs; undefined without a pid file. */
export async function findProcess(pidFile: string): Promise<BackgroundProcess | undefined> {
  const content = await readIfExists(pidFile)
  const [pidText, start, boot] = content?.toString('utf8').trim().split(' ') ?? []
  const pid = Number(pidText)
  if (!Number.isInteger(pid) || pid <= 0) return undefined
  return {alive: isSameProcess(await identityOf(pid), {boot: boot ?? '', start: start ?? ''}), pid}
}

/**
 * Ends the process of a pid file: SIGTERM, then SIGKILL after `graceMs`. Never another process that got the same pid.
 * @returns Whether there was one to end. The pid file is removed afterwards.
 */
export async function stopProcess(pidFile: string, graceMs: number, clock: Clock): Promise<boolean> {
  const found = await findProcess(pidFile)
  if (found?.alive) {
    sendSignal(found.pid, 'SIGTERM')
    if (!(await endsWithin(pidFile, graceMs, clock))) {
      sendSignal(found.pid, 'SIGKILL')
      await endsWithin(pidFile, graceMs, clock)
    }
  }
  await unlink(pidFile).catch((error: unknown) => {
    if (!isErrno(error, 'ENOENT')) throw error
  })
  return found?.alive ?? false
}

async function endsWithin(pidFile: string, withinMs: number, clock: Clock): Promise<boolean> {
  const deadline = clock.now().getTime() + withinMs
  while (clock.now().getTime() < deadline) {
    if (!(await findProcess(pidFile))?.alive) return true
    await clock.sleep(pollMs)
  }
  return false
}

function sendSignal(pid: number, signal: 'SIGKILL' | 'SIGTERM'): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if (!isErrno(error, 'ESRCH')) throw error
  }
}
