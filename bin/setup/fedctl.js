import {spawn} from 'node:child_process'
import {constants} from 'node:os'
import {join} from 'node:path'

/**
 * Runs fedctl of this checkout on this terminal. Ctrl-C is left to it: it gets the signal from the terminal as well.
 * @param {string} checkout
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number>} its exit code
 */
export async function runFedctl(checkout, args, env) {
  const child = spawn(process.execPath, [join(checkout, 'bin', 'run.js'), ...args], {
    cwd: checkout,
    env,
    stdio: 'inherit',
  })
  const forward = () => child.kill('SIGTERM')
  process.on('SIGTERM', forward)
  try {
    return await new Promise((settle, reject) => {
      child.on('error', reject)
      child.on('close', (code, signal) => settle(code ?? 128 + (signal ? constants.signals[signal] : 0)))
    })
  } finally {
    process.off('SIGTERM', forward)
  }
}
