import {fetchDebianPrograms, findDebianProgram} from './debian-program.js'
import {timed} from './progress.js'
import {SetupError} from './programs.js'

/** Programs of others that the tests run fedctl together with. @type {readonly import('./debian-program.js').DebianProgram[]} */
const testPrograms = [
  {
    exact: true,
    name: 'openssl',
    paths: ['usr/bin/openssl'],
    probe: ['version'],
    settings: 'OPENSSL_CONF="$root/etc/ssl/openssl.cnf"',
  },
  {name: 'haproxy', paths: ['usr/sbin/haproxy'], probe: ['-v']},
  // For labs whose datacenters have networks of their own.
  ...(process.platform === 'linux'
    ? [
        {
          name: 'ip',
          package: 'iproute2',
          paths: ['usr/bin/ip', 'bin/ip', 'usr/sbin/ip', 'sbin/ip'],
          probe: ['-Version'],
        },
      ]
    : []),
]

/**
 * @param {string} tools the folder for fetched programs
 * @param {NodeJS.ProcessEnv} env
 * @param {AbortSignal} [signal]
 * @returns {Promise<import('./debian-program.js').DebianProgram[]>} those that are not there, or do not work
 */
export async function missingTestPrograms(tools, env, signal) {
  const found = await Promise.all(testPrograms.map((program) => findDebianProgram(program, tools, env, signal)))
  return testPrograms.filter((_, index) => found[index] === undefined)
}

/**
 * Fetches from Debian those that are missing.
 * @param {string} tools the folder for fetched programs; the caller holds its lock
 * @param {NodeJS.ProcessEnv} env
 * @param {import('./progress.js').Progress} progress
 * @throws SetupError where one cannot be had
 */
export async function fetchTestPrograms(tools, env, progress) {
  const missing = await missingTestPrograms(tools, env, progress.signal)
  if (missing.length === 0) return
  const names = missing.map(({name}) => name).join(' and ')
  try {
    await timed(`fetching Debian's packages of ${names}`, progress, () =>
      fetchDebianPrograms(missing, tools, progress.signal),
    )
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    throw new SetupError(`the tests need ${names}, not found on PATH and not to be fetched: ${error.message}`)
  }
}
