import {createHash} from 'node:crypto'
import {readdir, readFile, rename, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {isErrno, moveIfThere, readIfThere} from './files.js'
import {runLogged} from './progress.js'

const inputs = ['src', 'package.json', 'package-lock.json', 'rolldown.config.js', 'tsconfig.json']
const manifest = 'oclif.manifest.json'
/** Written last, so that an interrupted build does not count. */
const stamp = join('dist', '.built-from')

/**
 * @param {string} checkout
 * @returns {Promise<boolean>} whether dist and the command manifest were made from the sources as they are now
 */
export async function isBuilt(checkout) {
  const [builtFrom, now] = await Promise.all([readIfThere(join(checkout, stamp)), fingerprint(checkout)])
  return builtFrom === now && (await readIfThere(join(checkout, manifest))) !== undefined
}

/**
 * Compiles the sources, bundles them with their libraries into a fresh dist, so that nothing of an earlier build stays behind, and writes
 * the command manifest.
 * @param {string} checkout
 * @param {import('./progress.js').Progress} progress
 * @throws SetupError when the compiler, rolldown or oclif refuses
 */
export async function build(checkout, progress) {
  const builtFrom = await fingerprint(checkout)
  const inTools = (/** @type {string} */ name) => join(checkout, '.tools', name)
  const [compiled, fresh, old] = [inTools('compiled'), inTools('dist-new'), inTools('dist-old')]
  await Promise.all([compiled, fresh, old].map((folder) => rm(folder, {force: true, recursive: true})))
  const options = {checkout, progress, timeoutMs: 300_000}
  const program = (/** @type {string} */ name) => join(checkout, 'node_modules', '.bin', name)
  await runLogged('compiling', program('tsc'), ['-p', 'tsconfig.json', '--outDir', compiled], {
    ...options,
    log: 'tsc.log',
  })
  await runLogged('bundling', program('rolldown'), ['--config', 'rolldown.config.js'], {
    ...options,
    log: 'rolldown.log',
  })
  await moveIfThere(join(checkout, 'dist'), old)
  await rename(fresh, join(checkout, 'dist'))
  await rm(old, {force: true, recursive: true})
  await runLogged('listing the commands', program('oclif'), ['manifest'], {...options, log: 'oclif-manifest.log'})
  await writeFile(join(checkout, stamp), builtFrom)
}

/**
 * @param {string} checkout
 * @returns {Promise<string>} one value for names and contents of everything that is built from
 */
async function fingerprint(checkout) {
  const hash = createHash('sha256')
  for (const input of inputs) {
    for (const path of await filesBelow(join(checkout, input))) {
      const content = await readFile(path)
      hash.update(`${path.slice(checkout.length)}\0${content.length}\0`).update(content)
    }
  }
  return hash.digest('hex')
}

/**
 * @param {string} path a file or a folder
 * @returns {Promise<string[]>} sorted
 */
async function filesBelow(path) {
  const entries = await readdir(path, {recursive: true, withFileTypes: true}).catch((/** @type {unknown} */ error) => {
    if (isErrno(error, 'ENOTDIR')) return undefined
    throw error
  })
  if (!entries) return [path]
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}
