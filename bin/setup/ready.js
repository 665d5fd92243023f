import {delimiter, join} from 'node:path'

import {build, isBuilt} from './build.js'
import {findConsul, findOrFetchConsul} from './consul.js'
import {withLock} from './lock.js'
import {installPackages, packagesAreInstalled} from './npm-packages.js'
import {fetchTestPrograms, missingTestPrograms} from './test-programs.js'
import {programsFolder, removeUnfinished} from './tools-folder.js'

/** @typedef {import('./progress.js').Progress} Progress */

/**
 * Makes a checkout ready to run, and does only what is missing: npm packages, the build, a consul binary, programs that the tests need.
 * Runs at the same time wait for one another.
 * @param {string} checkout
 * @param {Progress} progress
 * @param {{ forTests?: boolean }} [options] `forTests` asks for the programs that only tests need
 * @returns {Promise<NodeJS.ProcessEnv>} the environment in which fedctl finds the programs
 * @throws SetupError where something cannot be had
 */
export async function makeReady(checkout, progress, {forTests = false} = {}) {
  const tools = join(checkout, '.tools')
  const env = {...process.env, PATH: [programsFolder(tools), process.env['PATH'] ?? ''].join(delimiter)}
  const consul =
    (await alreadyReady(checkout, tools, progress, forTests)) ?? (await locked(checkout, progress, prepare))
  return {...env, FEDCTL_CONSUL: consul}

  async function prepare() {
    await removeUnfinished(tools)
    if (!(await packagesAreInstalled(checkout))) await installPackages(checkout, progress)
    if (!(await isBuilt(checkout))) await build(checkout, progress)
    if (forTests) await fetchTestPrograms(tools, process.env, progress)
    const {path} = await findOrFetchConsul(tools, process.env, progress)
    return path
  }
}

/**
 * Installs the npm packages where they are missing, and builds.
 * @param {string} checkout
 * @param {Progress} progress
 */
export async function rebuild(checkout, progress) {
  await locked(checkout, progress, async () => {
    if (!(await packagesAreInstalled(checkout))) await installPackages(checkout, progress)
    await build(checkout, progress)
  })
}

/**
 * Runs `task` as the only set-up of this checkout.
 * @template T
 * @param {string} checkout
 * @param {Progress} progress
 * @param {() => Promise<T>} task
 */
export function locked(checkout, progress, task) {
  const onWait = (/** @type {number} */ pid) => progress.say(`set-up: waiting for another one (process ${pid})`)
  return withLock(join(checkout, '.tools', 'setup.lock'), task, {onWait, signal: progress.signal})
}

/**
 * @param {string} checkout
 * @param {string} tools
 * @param {Progress} progress
 * @param {boolean} forTests
 * @returns {Promise<string | undefined>} path of the consul binary when nothing is left to do
 */
async function alreadyReady(checkout, tools, {signal}, forTests) {
  const {binary} = await findConsul(tools, process.env, signal)
  if (!binary) return undefined
  if (forTests && (await missingTestPrograms(tools, process.env, signal)).length > 0) return undefined
  return (await packagesAreInstalled(checkout)) && (await isBuilt(checkout)) ? binary.path : undefined
}
