#!/usr/bin/env node
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {checkout, runEntry} from './setup/entry.js'
import {run, SetupError} from './setup/programs.js'
import {makeReady} from './setup/ready.js'

const rounds = 5
const stepMs = 600_000

/** Moves a lab of two datacenters with three servers each from WAN gossip to mesh gateways, five times in a row; ends at the first failure. */
await runEntry(async (progress) => {
  const env = await makeReady(checkout, progress)
  for (let round = 1; round <= rounds; round += 1) {
    progress.say(`round ${round} of ${rounds}: ${(await moveOnce(env, progress)).join('; ')}`)
  }
  return 0
})

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {import('./setup/progress.js').Progress} progress
 * @returns {Promise<string[]>} how many questions each datacenter lost
 * @throws SetupError with the step that failed; its lab is stopped and its folder kept
 */
async function moveOnce(env, {signal}) {
  const folder = await mkdtemp(join(tmpdir(), 'fedctl-existing-'))
  const federation = ['--federation', join(folder, 'federation.yaml')]
  const steps = [
    ['lab', 'up', '--servers', '3', '--via', 'wan-gossip', '--dir', folder],
    ['bootstrap', 'secondary', '--existing', '--yes', ...federation],
    ['verify', '--wait', '5m', '--output', 'short', ...federation],
    ['lab', 'down', '--purge', '--dir', folder],
  ]
  const losses = []
  for (const args of steps) {
    const {code, output} = await run(process.execPath, [join(checkout, 'bin', 'run.js'), ...args], {
      env,
      signal,
      timeoutMs: stepMs,
    })
    losses.push(...output.split('\n').filter((line) => /questions lost/.test(line)))
    if (code === 0) continue
    await run(process.execPath, [join(checkout, 'bin', 'run.js'), 'lab', 'down', '--dir', folder], {
      env,
      timeoutMs: stepMs,
    })
    throw new SetupError(`fedctl ${args.join(' ')} ended with ${code ?? 'a signal'}; lab in ${folder}:\n${output}`)
  }
  await rm(folder, {force: true, recursive: true})
  return losses
}
