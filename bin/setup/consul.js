import {join} from 'node:path'

import {probeConsul} from './consul-binary.js'
import {consulRelease, downloadConsul, platformName} from './consul-release.js'
import {openDebianRelease, unpackDebianPackage} from './debian-package.js'
import {timed} from './progress.js'
import {findProgram, SetupError} from './programs.js'
import {inScratchFolder, installProgram, programsFolder} from './tools-folder.js'

/** Debian 11 is the last one with a package of Consul (1.8.7); its binary runs on the later ones too. */
const debianRelease = 'bullseye'

/**
 * @typedef {{ path: string, version: string }} ConsulBinary
 * @typedef {{ binary?: ConsulBinary, reasons: string[] }} Search `reasons` says why what was looked at cannot be used
 */

/**
 * Looks for a binary on this machine: the one that `FEDCTL_CONSUL` names and no other, else `consul` on PATH, else the one fetched earlier.
 * @param {string} tools the folder for fetched programs
 * @param {NodeJS.ProcessEnv} env
 * @param {AbortSignal} [signal]
 * @returns {Promise<Search>}
 * @throws SetupError when `FEDCTL_CONSUL` names something else than a Consul of 1.8 or newer
 */
export async function findConsul(tools, env, signal) {
  const named = env['FEDCTL_CONSUL']
  if (named) {
    const path = await findProgram(named, env)
    if (!path) throw new SetupError(`FEDCTL_CONSUL names ${named}, which is not an executable file`)
    try {
      return {binary: {path, version: await probeConsul(path, signal)}, reasons: []}
    } catch (error) {
      throw error instanceof SetupError ? new SetupError(`FEDCTL_CONSUL is no use: ${error.message}`) : error
    }
  }
  const fetched = join(programsFolder(tools), 'consul')
  const onPath = await findProgram('consul', env)
  const reasons = onPath ? [] : ['there is no consul on PATH']
  for (const path of [onPath, await findProgram(fetched, env)]) {
    if (!path) continue
    const binary = await attempt(reasons, async () => ({path, version: await probeConsul(path, signal)}))
    if (binary) return {binary, reasons}
  }
  return {reasons}
}

/**
 * Finds a binary or fetches one: HashiCorp's pinned release, else Debian's package.
 * @param {string} tools the folder for fetched programs; the caller holds its lock
 * @param {NodeJS.ProcessEnv} env
 * @param {import('./progress.js').Progress} progress
 * @returns {Promise<ConsulBinary>}
 * @throws SetupError with the reason of every attempt
 */
export async function findOrFetchConsul(tools, env, progress) {
  const {binary, reasons} = await findConsul(tools, env, progress.signal)
  if (binary) return binary
  const {signal} = progress
  const sources = [
    {
      fetch: (/** @type {string} */ folder) => downloadConsul(folder, {signal}),
      title: `fetching Consul ${consulRelease.version} for ${platformName()} from HashiCorp`,
    },
    {
      fetch: (/** @type {string} */ folder) => fetchFromDebian(folder, signal),
      title: `fetching Debian's package of Consul (${debianRelease})`,
    },
  ]
  for (const {fetch, title} of sources) {
    const fetched = await attempt(reasons, () =>
      timed(title, progress, () =>
        inScratchFolder(tools, async (folder) => {
          const file = await fetch(folder)
          const version = await probeConsul(file, signal)
          return {path: await installProgram(tools, 'consul', file), version}
        }),
      ),
    )
    if (fetched) return fetched
    progress.say(`set-up: ${title}: ${reasons.at(-1)}`)
  }
  const list = reasons.map((reason) => `  - ${reason}`).join('\n')
  throw new SetupError(
    `no consul binary could be had:\n${list}\ninstall Consul 1.8 or newer, or set FEDCTL_CONSUL to the path of a consul binary`,
  )
}

/**
 * @param {string} folder
 * @param {AbortSignal} signal
 */
async function fetchFromDebian(folder, signal) {
  const fetchPackage = await openDebianRelease(folder, {codename: debianRelease, signal})
  const unpacked = join(folder, 'unpacked')
  await unpackDebianPackage(await fetchPackage('consul'), unpacked, signal)
  return join(unpacked, 'usr', 'bin', 'consul')
}

/**
 * @template T
 * @param {string[]} reasons takes the reason of an expected failure
 * @param {() => Promise<T>} task
 * @returns {Promise<T | undefined>}
 */
async function attempt(reasons, task) {
  try {
    return await task()
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    reasons.push(error.message)
    return undefined
  }
}
