import {cpus, totalmem} from 'node:os'

import {mustRun} from '../../../bin/setup/programs.js'

/**
 * @param {string} consul path of the binary
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string[]>} what the figures depend on, a line each
 */
export async function describeMachine(consul, env) {
  const processors = cpus()
  const [version = ''] = (await mustRun(consul, ['version'], {env})).split('\n')
  return [
    `Date: ${new Date().toISOString().slice(0, 10)}`,
    `Machine: ${processors.length} × ${processors[0]?.model.trim() ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GB of memory`,
    `Node ${process.versions.node}, ${version}`,
  ]
}
