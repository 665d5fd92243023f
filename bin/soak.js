#!/usr/bin/env node
import {appendFile, mkdir, mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {checkout, runEntry} from './setup/entry.js'
import {run, SetupError} from './setup/programs.js'
import {makeReady} from './setup/ready.js'

const rounds = 10
const size = ['--datacenters', '3', '--servers', '3']
const stepMs = 600_000

/** Brings up, verifies and removes a lab of three datacenters with three servers each, ten times in a row; ends at the first failure. */
await runEntry(async (progress) => {
  const env = await makeReady(checkout, progress)
  const log = join(checkout, '.tools', 'log', 'soak.log')
  await mkdir(join(log, '..'), {recursive: true})
  await rm(log, {force: true})
  for (let round = 1; round <= rounds; round += 1) {
    const times = await soakOnce(env, log, progress)
    progress.say(`round ${round} of ${rounds}: ${times.join(', ')}`)
  }
  return 0
})

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {string} log
 * @param {import('./setup/progress.js').Progress} progress
 * @returns {Promise<string[]>} what each step took
 * @throws SetupError with the step that failed; its lab is stopped and its folder kept
 */
async function soakOnce(env, log, {signal}) {
  const folder = await mkdtemp(join(tmpdir(), 'fedctl-soak-'))
  /** @type {[string, string[]][]} */
  const steps = [
    ['up', ['lab', 'up', ...size, '--dir', folder]],
    ['verify', ['verify', '--json', '--federation', join(folder, 'federation.yaml')]],
    ['down', ['lab', 'down', '--purge', '--dir', folder]],
  ]
  const times = []
  try {
    for (const [name, args] of steps) {
      const started = performance.now()
      const {code, output} = await fedctl(args, env, signal)
      await appendFile(log, `$ fedctl ${args.join(' ')}\n${output}\n`)
      if (code !== 0)
        throw new SetupError(`${name} ended with ${code ?? 'a signal'}; output in ${log}, lab in ${folder}`)
      times.push(`${name} ${((performance.now() - started) / 1000).toFixed(1)} s`)
    }
  } catch (error) {
    await fedctl(['lab', 'down', '--dir', folder], env)
    throw error
  }
  await rm(folder, {force: true, recursive: true})
  return times
}

/**
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @param {AbortSignal} [signal]
 */
function fedctl(args, env, signal) {
  return run(process.execPath, [join(checkout, 'bin', 'run.js'), ...args], {env, signal, timeoutMs: stepMs})
}
