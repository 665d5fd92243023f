import {mkdir, writeFile} from 'node:fs/promises'
import {join, relative} from 'node:path'

import {run, SetupError} from './programs.js'

/**
 * @typedef {object} Progress
 * @property {(line: string) => void} say writes one line for people (stderr)
 * @property {AbortSignal} signal aborted by Ctrl-C
 */

const shownLines = 40

/**
 * Runs one step of the set-up: says so, keeps its output in a file of `.tools/log`, and shows the end of it when it fails.
 * @param {string} title what is being done, for the progress line
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ checkout: string, log: string, progress: Progress, timeoutMs: number }} options
 * @throws SetupError unless the program ends with 0
 */
export async function runLogged(title, command, args, {checkout, log, progress, timeoutMs}) {
  await timed(title, progress, async () => {
    const {code, output} = await run(command, args, {cwd: checkout, signal: progress.signal, timeoutMs})
    const path = join(checkout, '.tools', 'log', log)
    await mkdir(join(path, '..'), {recursive: true})
    await writeFile(path, output)
    if (code === 0) return
    const end = output.trimEnd().split('\n').slice(-shownLines).join('\n')
    throw new SetupError(
      `${end}\n${title} failed: ${command} ended with ${code ?? 'a signal'}; all it wrote is in ${relative(process.cwd(), path)}`,
    )
  })
}

/**
 * @template T
 * @param {string} title
 * @param {Progress} progress
 * @param {() => Promise<T>} task
 */
export async function timed(title, progress, task) {
  progress.say(`set-up: ${title}`)
  const started = performance.now()
  const result = await task()
  progress.say(`set-up: ${title}: done in ${((performance.now() - started) / 1000).toFixed(1)} s`)
  return result
}
