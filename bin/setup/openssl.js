import {chmod, readdir, readFile, rename, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {debianDependencies, openDebianRelease, unpackDebianPackage} from './debian-package.js'
import {timed} from './progress.js'
import {findProgram, mustRun, SetupError} from './programs.js'
import {inScratchFolder, installProgram, programsFolder} from './tools-folder.js'

/** Starts the unpacked openssl with its own libraries and configuration, wherever the checkout lies. */
const wrapper = (/** @type {string} */ libraries) => `#!/bin/sh
root=$(cd "$(dirname "$0")/../openssl" && pwd) || exit 1
LD_LIBRARY_PATH="$root/${libraries}" OPENSSL_CONF="$root/etc/ssl/openssl.cnf" exec "$root/usr/bin/openssl" "$@"
`

/**
 * @param {string} tools the folder for fetched programs
 * @param {NodeJS.ProcessEnv} env
 * @param {AbortSignal} [signal]
 * @returns {Promise<string | undefined>} path of an openssl that works: on PATH, or fetched earlier
 */
export async function findOpenssl(tools, env, signal) {
  for (const candidate of ['openssl', join(programsFolder(tools), 'openssl')]) {
    const path = await findProgram(candidate, env)
    if (path && (await works(path, signal))) return path
  }
  return undefined
}

/**
 * Finds openssl or unpacks the packages of the Debian that this machine runs.
 * @param {string} tools the folder for fetched programs; the caller holds its lock
 * @param {NodeJS.ProcessEnv} env
 * @param {import('./progress.js').Progress} progress
 * @returns {Promise<string>} path of the program
 * @throws SetupError where it cannot be had
 */
export async function findOrFetchOpenssl(tools, env, progress) {
  const found = await findOpenssl(tools, env, progress.signal)
  if (found) return found
  try {
    return await timed("fetching Debian's packages of openssl", progress, () =>
      inScratchFolder(tools, (folder) => fetchFromDebian(tools, folder, progress.signal)),
    )
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    throw new SetupError(`the tests need openssl, which is not on PATH and cannot be fetched: ${error.message}`)
  }
}

/**
 * @param {string} tools
 * @param {string} folder
 * @param {AbortSignal} signal
 */
async function fetchFromDebian(tools, folder, signal) {
  const fetchPackage = await openDebianRelease(folder, {codename: await ownCodename(), signal})
  const unpacked = join(folder, 'unpacked')
  const program = await fetchPackage('openssl')
  const libraries = (await debianDependencies(program, signal)).filter((name) => name.startsWith('libssl'))
  for (const file of [program, ...(await Promise.all(libraries.map((name) => fetchPackage(name))))]) {
    await unpackDebianPackage(file, unpacked, signal)
  }
  const target = join(tools, 'openssl')
  await rm(target, {force: true, recursive: true})
  await rename(unpacked, target)

  const script = join(folder, 'openssl')
  await writeFile(script, wrapper(await librariesFolder(target)))
  await chmod(script, 0o755)
  const path = await installProgram(tools, 'openssl', script)
  await mustRun(path, ['version'], {signal, timeoutMs: 15_000})
  return path
}

/** @returns {Promise<string>} such as `bookworm` */
async function ownCodename() {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '')
  const codename = /^VERSION_CODENAME="?(?<name>[a-z]+)/m.exec(release)?.groups?.['name']
  if (!codename) throw new SetupError('/etc/os-release names no release of Debian')
  return codename
}

/**
 * @param {string} root of the unpacked packages
 * @returns {Promise<string>} the folder of libssl below it, such as `usr/lib/x86_64-linux-gnu`
 */
async function librariesFolder(root) {
  const entries = await readdir(root, {recursive: true})
  const library = entries.find((entry) => /\/libssl\.so\.[^/]+$/.test(entry))
  if (!library) throw new SetupError('the packages of openssl hold no libssl')
  return library.slice(0, library.lastIndexOf('/'))
}

/**
 * @param {string} path
 * @param {AbortSignal | undefined} signal
 */
async function works(path, signal) {
  try {
    await mustRun(path, ['version'], {signal, timeoutMs: 15_000})
    return true
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    return false
  }
}
