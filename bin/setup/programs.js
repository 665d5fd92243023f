import {spawn} from 'node:child_process'
import {constants} from 'node:fs'
import {access, stat} from 'node:fs/promises'
import {delimiter, isAbsolute, join, resolve} from 'node:path'

/** Between asking a program to end and making it end. */
const graceMs = 5000

/** A failure with a message for the person at the terminal, as opposed to a defect of these scripts. */
export class SetupError extends Error {}

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env] whole environment; that of this process where it is left out
 * @property {AbortSignal | undefined} [signal] ends the program when aborted
 * @property {number | undefined} [timeoutMs] ends the program after that time
 */

/**
 * @typedef {object} Ended
 * @property {number | null} code exit code, null where a signal ended the program
 * @property {string} output stdout and stderr as they came
 * @property {string} stdout
 */

/**
 * Runs a program without a terminal and waits for its end, whatever its exit code.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<Ended>}
 * @throws SetupError where the program cannot be started or runs out of time; the reason of `signal` when it is aborted
 */
export async function run(command, args, options = {}) {
  options.signal?.throwIfAborted()
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  let stdout = ''
  child.stdout.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
    output += text
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
    output += text
  })
  const code = await untilEnd(child, command, options)
  return {code, output, stdout}
}

/**
 * Like `run`, but takes nothing than exit code 0.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<string>} stdout
 * @throws SetupError with the last line that the program wrote
 */
export async function mustRun(command, args, options) {
  const {code, output, stdout} = await run(command, args, options)
  if (code === 0) return stdout
  const last = output.trim().split('\n').at(-1)
  throw new SetupError(`${[command, args[0]].join(' ')} ended with ${code ?? 'a signal'}${last ? `: ${last}` : ''}`)
}

/**
 * Runs a program whose output goes straight to this terminal, without input.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<number | null>} exit code, null where a signal ended the program
 * @throws SetupError where the program cannot be started or runs out of time; the reason of `signal` when it is aborted
 */
export async function runShown(command, args, options = {}) {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  return untilEnd(child, command, options)
}

/**
 * @param {string} program a name to look for on the path, or a path
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string | undefined>} the absolute path of an executable file
 */
export async function findProgram(program, env) {
  const candidates = program.includes('/')
    ? [resolve(program)]
    : (env['PATH'] ?? '')
        .split(delimiter)
        .filter((folder) => isAbsolute(folder))
        .map((folder) => join(folder, program))
  for (const candidate of candidates) {
    if (await isExecutable(candidate)) return candidate
  }
  return undefined
}

/** @param {string} path */
async function isExecutable(path) {
  try {
    await access(path, constants.X_OK)
    return (await stat(path)).isFile()
  } catch {
    return false
  }
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {string} command
 * @param {RunOptions} options
 * @returns {Promise<number | null>}
 */
async function untilEnd(child, command, {signal, timeoutMs}) {
  let timedOut = false
  /** @type {NodeJS.Timeout[]} */
  const timers = []
  const stop = () => {
    child.kill('SIGTERM')
    timers.push(setTimeout(() => child.kill('SIGKILL'), graceMs))
  }
  const runOut = () => {
    timedOut = true
    stop()
  }
  if (timeoutMs !== undefined) timers.push(setTimeout(runOut, timeoutMs))
  signal?.addEventListener('abort', stop, {once: true})
  try {
    const code = await new Promise((/** @type {(code: number | null) => void} */ settle, reject) => {
      child.on('error', reject)
      child.on('close', settle)
    })
    signal?.throwIfAborted()
    if (timedOut) throw new SetupError(`${command} did not end within ${Math.round((timeoutMs ?? 0) / 1000)} s`)
    return code
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) throw new SetupError(`${command} cannot be run: ${error.message}`)
    throw error
  } finally {
    for (const timer of timers) clearTimeout(timer)
    signal?.removeEventListener('abort', stop)
  }
}
