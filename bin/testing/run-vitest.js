import {mkdir, rm} from 'node:fs/promises'
import {dirname, join} from 'node:path'

import {readIfThere} from '../setup/files.js'
import {runShown, SetupError} from '../setup/programs.js'
import {tallyReport} from './tally.js'

/**
 * Runs one project of vitest.config.ts and shows what it says.
 * @param {string} project
 * @param {{ checkout: string, env: NodeJS.ProcessEnv, signal: AbortSignal, timeoutMs?: number | undefined }} options
 * @returns {Promise<import('./tally.js').Tally>} one that did not end in time counts as failed
 */
export async function runVitest(project, {checkout, env, signal, timeoutMs}) {
  const report = join(checkout, '.tools', 'log', `vitest-${project}.json`)
  await mkdir(dirname(report), {recursive: true})
  await rm(report, {force: true})
  const args = ['run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const vitest = join(checkout, 'node_modules', '.bin', 'vitest')
  const code = await runShown(vitest, args, {cwd: checkout, env, signal, timeoutMs}).catch((error) => {
    if (error instanceof SetupError) return null
    throw error
  })
  return tallyReport(`${project} tests`, await readReport(report), code)
}

/**
 * @param {string} path
 * @returns {Promise<import('./tally.js').Report | undefined>} undefined where vitest wrote none
 */
async function readReport(path) {
  const text = await readIfThere(path)
  return text === undefined ? undefined : /** @type {import('./tally.js').Report} */ (JSON.parse(text))
}
