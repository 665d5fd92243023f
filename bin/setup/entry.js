import {dirname} from 'node:path'
import {fileURLToPath} from 'node:url'

import {SetupError} from './programs.js'

/** The folder that holds package.json. */
export const checkout = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

const oldestNode = [20, 19]
const cancelled = 130

/**
 * Runs a script of this folder: Ctrl-C and SIGTERM abort the signal, an expected failure is one message on stderr, anything else keeps its stack.
 * @param {(progress: import('./progress.js').Progress) => Promise<number>} main resolves to the exit code
 * @returns {Promise<void>} once `process.exitCode` is set
 */
export async function runEntry(main) {
  const controller = new AbortController()
  for (const name of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(name, () => controller.abort())
  const say = (/** @type {string} */ line) => void process.stderr.write(`${line}\n`)
  // oclif asks for the user's shell and fails where a user id has no name, as in many containers.
  process.env.SHELL ??= '/bin/sh'
  try {
    requireNode()
    process.exitCode = await main({say, signal: controller.signal})
  } catch (error) {
    if (controller.signal.aborted) {
      say('cancelled')
      process.exitCode = cancelled
      return
    }
    say(
      error instanceof SetupError
        ? `error: ${error.message}`
        : `error: ${error instanceof Error ? error.stack : String(error)}`,
    )
    process.exitCode = 1
  }
}

/** @throws SetupError on a Node that is too old */
function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const [oldMajor = 0, oldMinor = 0] = oldestNode
  if (major > oldMajor || (major === oldMajor && minor >= oldMinor)) return
  throw new SetupError(`this is Node ${process.versions.node}; fedctl needs ${oldestNode.join('.')} or newer`)
}
