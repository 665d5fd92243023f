import {readFile, rm} from 'node:fs/promises'
import {join} from 'node:path'

import {runLogged} from './progress.js'

/** npm writes this file when it has installed everything; it removes it when it starts over. */
const installedLock = 'node_modules/.package-lock.json'

/**
 * @typedef {{ version?: string, integrity?: string, optional?: boolean, link?: boolean, peer?: boolean }} LockedPackage
 */

/**
 * @param {string} checkout
 * @returns {Promise<boolean>} whether node_modules holds exactly what package-lock.json names; packages for other platforms may be missing
 */
export async function packagesAreInstalled(checkout) {
  const wanted = await readPackages(join(checkout, 'package-lock.json'))
  const installed = await readPackages(join(checkout, installedLock))
  if (!wanted || !installed) return false
  return (
    Object.keys(installed).every((path) => path in wanted) &&
    Object.entries(wanted).every(([path, locked]) => {
      const there = installed[path]
      if (!there) return path === '' || locked.optional === true
      return there.version === locked.version && there.integrity === locked.integrity
    })
  )
}

/**
 * Runs `npm ci`. An interrupted run leaves a node_modules that `packagesAreInstalled` refuses.
 * @param {string} checkout
 * @param {import('./progress.js').Progress} progress
 * @throws SetupError when npm fails, with the end of what it wrote
 */
export async function installPackages(checkout, progress) {
  await rm(join(checkout, installedLock), {force: true})
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=warn']
  await runLogged('installing npm packages', 'npm', args, {checkout, log: 'npm-ci.log', progress, timeoutMs: 600_000})
}

/**
 * @param {string} path
 * @returns {Promise<Record<string, LockedPackage> | undefined>}
 */
async function readPackages(path) {
  try {
    const lock = /** @type {{ packages?: Record<string, LockedPackage> }} */ (JSON.parse(await readFile(path, 'utf8')))
    return lock.packages
  } catch {
    return undefined
  }
}
