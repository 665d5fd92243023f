import {spawn} from 'node:child_process'
import {setTimeout as sleep} from 'node:timers/promises'
import {fileURLToPath} from 'node:url'

import {SetupError} from '../../../bin/setup/programs.js'
import {timed} from '../measure/in-turns.js'

/** @typedef {import('../measure/figure.js').BenchmarkContext} BenchmarkContext */

const script = fileURLToPath(new URL('federate.sh', import.meta.url))
const withinMs = 120_000
const pollMs = 50

/**
 * Runs the script that federates without fedctl's runbooks, and ends what it started.
 * @param {string} workspace
 * @param {string} lists
 * @param {BenchmarkContext} context
 * @returns {Promise<number>} what the script took, in milliseconds
 * @throws SetupError where it fails or takes too long
 */
export async function timeBareFederation(workspace, lists, {env, fedctl, progress: {signal}}) {
  // A process group of its own, by which agents and gateways are ended.
  const child = spawn('bash', [script, workspace, lists, ...fedctl], {
    detached: true,
    env,
    signal: AbortSignal.any([signal, AbortSignal.timeout(withinMs)]),
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  try {
    return await timed(
      () =>
        new Promise((settle, reject) => {
          child.on('error', reject)
          child.on('exit', (code) => {
            if (code === 0) settle(undefined)
            else reject(new SetupError(`${script} ended with ${code ?? 'a signal'}`))
          })
        }),
    )
  } finally {
    if (child.pid !== undefined) await endGroup(child.pid)
  }
}

/** @param {number} group */
async function endGroup(group) {
  while (isSignalled(group)) await sleep(pollMs)
}

/**
 * @param {number} group
 * @returns {boolean} whether there was anything to end
 */
function isSignalled(group) {
  try {
    return process.kill(-group, 'SIGKILL')
  } catch {
    return false
  }
}
