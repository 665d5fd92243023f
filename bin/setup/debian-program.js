import {chmod, readdir, readFile, rename, rm, stat, writeFile} from 'node:fs/promises'
import {delimiter, dirname, join} from 'node:path'

import {debianDependencies, openDebianRelease, unpackDebianPackage} from './debian-package.js'
import {findProgram, mustRun, run, SetupError} from './programs.js'
import {inScratchFolder, installProgram, programsFolder} from './tools-folder.js'

/** The C library has to be that of the machine. */
const cLibrary = 'libc6'
/** Where programs for root lie, which may be missing on the PATH. */
const systemFolders = ['/usr/sbin', '/sbin']

/**
 * @typedef {object} DebianProgram
 * @property {boolean} [exact] whether it needs the libraries of its very release
 * @property {string} name
 * @property {string} [package] where its name is another one
 * @property {readonly string[]} paths where it may lie below the root, such as `usr/bin/openssl`
 * @property {string} [settings] variables of its environment as a shell assigns them; `$root` is the folder of the unpacked packages
 * @property {readonly string[]} probe arguments with which it ends at once and well
 */

/**
 * @param {DebianProgram} program
 * @param {string} tools the folder for fetched programs
 * @param {NodeJS.ProcessEnv} env
 * @param {AbortSignal} [signal]
 * @returns {Promise<string | undefined>} path of one that works: on PATH, or fetched earlier
 */
export async function findDebianProgram({name, probe}, tools, env, signal) {
  const everywhere = {...env, PATH: [env['PATH'] ?? '', ...systemFolders].join(delimiter)}
  for (const candidate of [name, join(programsFolder(tools), name)]) {
    const path = await findProgram(candidate, everywhere)
    if (path && (await works(path, probe, signal))) return path
  }
  return undefined
}

/**
 * Unpacks programs and their libraries from the packages of the Debian that this machine runs, without a trace in the system.
 * @param {readonly DebianProgram[]} programs
 * @param {string} tools the folder for fetched programs; the caller holds its lock
 * @param {AbortSignal} signal
 * @throws SetupError where one cannot be had
 */
export async function fetchDebianPrograms(programs, tools, signal) {
  await inScratchFolder(tools, async (folder) => {
    const fetchPackage = await openDebianRelease(folder, {codename: await ownCodename(), signal})
    for (const program of programs) await fetchProgram(program, {fetchPackage, folder, signal, tools})
  })
}

/**
 * @param {DebianProgram} program
 * @param {{ fetchPackage: (name: string) => Promise<string>, folder: string, signal: AbortSignal, tools: string }} world
 */
async function fetchProgram({exact = false, name, package: packageName = name, paths, probe, settings = ''}, world) {
  const {fetchPackage, folder, signal, tools} = world
  const unpacked = join(folder, 'unpacked')
  const file = await fetchPackage(packageName)
  for (const each of [file, ...(await fetchLibraries(file, exact, fetchPackage, signal))]) {
    await unpackDebianPackage(each, unpacked, signal)
  }
  const target = join(tools, name)
  await rm(target, {force: true, recursive: true})
  await rename(unpacked, target)

  const script = join(folder, 'script')
  const environment = [`LD_LIBRARY_PATH="${await librariesPath(target)}"`, settings].join(' ').trim()
  await writeFile(script, wrapper(name, environment, await firstFile(target, paths)))
  await chmod(script, 0o755)
  await mustRun(await installProgram(tools, name, script), probe, {signal, timeoutMs: 15_000})
}

/**
 * Fetches the libraries that a package needs and that are not installed, with those that they need in turn.
 * @param {string} file a Debian package
 * @param {boolean} exact whether to fetch those that it names even where they are installed
 * @param {(name: string) => Promise<string>} fetchPackage
 * @param {AbortSignal} signal
 * @returns {Promise<string[]>} paths of the packages
 */
async function fetchLibraries(file, exact, fetchPackage, signal) {
  /** @type {Map<string, string>} */
  const fetched = new Map()
  const open = [file]
  for (const each of open) {
    const isExact = exact && each === file
    for (const name of await librariesOf(each, signal)) {
      if (fetched.has(name) || (!isExact && (await isInstalled(name, signal)))) continue
      const library = await fetchPackage(name)
      fetched.set(name, library)
      open.push(library)
    }
  }
  return [...fetched.values()]
}

/**
 * @param {string} file a Debian package
 * @param {AbortSignal} signal
 */
async function librariesOf(file, signal) {
  return (await debianDependencies(file, signal)).filter((name) => name.startsWith('lib') && name !== cLibrary)
}

/**
 * @param {string} name of a package
 * @param {AbortSignal} signal
 */
async function isInstalled(name, signal) {
  const {stdout} = await run('dpkg-query', ['--status', name], {signal, timeoutMs: 15_000})
  return /^Status: .* installed$/m.test(stdout)
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
 * @returns {Promise<string>} the folders of its libraries, for a shell that knows `$root`
 */
async function librariesPath(root) {
  const entries = await readdir(root, {recursive: true})
  const folders = new Set(entries.filter((entry) => /\.so(?:\.\d+)*$/.test(entry)).map((entry) => dirname(entry)))
  const places = [...folders].filter((folder) => /^(?:usr\/)?lib(?:\/[^/]+-linux-[^/]+)?$/.test(folder))
  return places.map((place) => `$root/${place}`).join(':')
}

/**
 * @param {string} root of the unpacked packages
 * @param {readonly string[]} paths
 */
async function firstFile(root, paths) {
  for (const path of paths) {
    if (await stat(join(root, path)).catch(() => undefined)) return path
  }
  throw new SetupError(`the packages hold none of ${paths.join(', ')}`)
}

/**
 * Starts the unpacked program with its own libraries, wherever the checkout lies.
 * @param {string} name
 * @param {string} environment
 * @param {string} path
 */
function wrapper(name, environment, path) {
  return `#!/bin/sh
root=$(cd "$(dirname "$0")/../${name}" && pwd) || exit 1
${environment} exec "$root/${path}" "$@"
`
}

/**
 * @param {string} path
 * @param {readonly string[]} probe
 * @param {AbortSignal | undefined} signal
 */
async function works(path, probe, signal) {
  try {
    await mustRun(path, probe, {signal, timeoutMs: 15_000})
    return true
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    return false
  }
}
