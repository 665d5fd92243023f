#!/usr/bin/env node
import {join} from 'node:path'

import {checkout, runEntry} from './setup/entry.js'
import {run, SetupError} from './setup/programs.js'
import {makeReady} from './setup/ready.js'
import {runVitest} from './testing/run-vitest.js'
import {sumTallies, tallyStep} from './testing/tally.js'

/**
 * @typedef {import('./testing/tally.js').Tally} Tally
 * @typedef {{ env: NodeJS.ProcessEnv, progress: import('./setup/progress.js').Progress, timeLeftMs: () => number | undefined }} Context
 */

/** What CI may take in total, with a minute in hand for the report. */
const ciLimitMs = 14 * 60_000
const isCi = !['', '0', 'false'].includes(process.env['CI'] ?? '')

/** One question each: they count as one passed or failed test. */
const checks = [
  {args: ['.', '--max-warnings', '0'], program: 'eslint', title: 'lint'},
  {args: ['--check', '--log-level', 'warn', '.'], program: 'prettier', title: 'format'},
  {args: ['-p', 'tsconfig.test.json'], program: 'tsc', title: 'types'},
  {args: [], program: 'knip', title: 'unused code'},
]

/** Sets up what is missing, runs every check and every test, and ends with the counts in a line of their own. */
await runEntry(async (progress) => {
  const started = performance.now()
  const timeLeftMs = () => (isCi ? Math.max(1, ciLimitMs - (performance.now() - started)) : undefined)
  const tally = await testEverything(progress, timeLeftMs)

  for (const failure of tally.failures) progress.say(`failed: ${failure.replace(`${checkout}/`, '')}`)
  for (const skip of tally.skips) progress.say(`skipped: ${skip.replace(`${checkout}/`, '')}`)
  process.stdout.write(`${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped\n`)
  return tally.failed > 0 || (isCi && tally.skipped > 0) ? 1 : 0
})

/**
 * @param {Context['progress']} progress
 * @param {Context['timeLeftMs']} timeLeftMs
 * @returns {Promise<Tally>}
 */
async function testEverything(progress, timeLeftMs) {
  try {
    const env = await makeReady(checkout, progress, {forTests: true})
    const context = {env, progress, timeLeftMs}
    const {default: pMap} = await import('p-map')
    const vitest = (/** @type {string} */ project) =>
      runVitest(project, {checkout, env, signal: progress.signal, timeoutMs: timeLeftMs()})
    // Linting keeps one core busy for long, and federations want both.
    const [checked, fast] = await Promise.all([
      pMap(checks, (check) => runCheck(check, context), {concurrency: 2}),
      vitest('fast'),
    ])
    return sumTallies([...checked, fast, await vitest('integration')])
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    progress.say(`error: ${error.message}`)
    return tallyStep('set-up', false)
  }
}

/**
 * @param {typeof checks[number]} check
 * @param {Context} context
 * @returns {Promise<Tally>}
 */
async function runCheck({args, program, title}, {env, progress, timeLeftMs}) {
  const started = performance.now()
  const options = {cwd: checkout, env, signal: progress.signal, timeoutMs: timeLeftMs()}
  const {code, output} = await inTime(() => run(binary(program), args, options), {
    code: null,
    output: 'out of time',
    stdout: '',
  })
  const verdict = code === 0 ? 'passed' : 'failed'
  progress.say(`${title}: ${verdict} in ${((performance.now() - started) / 1000).toFixed(1)} s`)
  if (code !== 0) progress.say(output.trimEnd())
  return tallyStep(title, code === 0)
}

/** @param {string} name of a program that npm installed */
function binary(name) {
  return join(checkout, 'node_modules', '.bin', name)
}

/**
 * @template T
 * @param {() => Promise<T>} task
 * @param {T} otherwise what stands for a program that ran out of time
 */
async function inTime(task, otherwise) {
  try {
    return await task()
  } catch (error) {
    if (error instanceof SetupError) return otherwise
    throw error
  }
}
