#!/usr/bin/env node
import {readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {benchmarks} from '../test/bench/benchmarks.js'
import {describeMachine} from '../test/bench/measure/machine.js'
import {markdownReport, textReport} from '../test/bench/measure/report.js'
import {checkout, runEntry} from './setup/entry.js'
import {SetupError} from './setup/programs.js'
import {makeReady} from './setup/ready.js'

/** @typedef {import('../test/bench/measure/figure.js').Outcome} Outcome */

const document = join('docs', 'benchmarks.md')

/**
 * `bench.js [NAME...] [--write]`: runs all benchmarks, or those that are named, and prints their figures.
 * `--write` puts them into docs/benchmarks.md, which takes all of them.
 */
await runEntry(async (progress) => {
  const {names, write} = readArguments(process.argv.slice(2))
  const env = await makeReady(checkout, progress)
  const consul = env['FEDCTL_CONSUL'] ?? 'consul'
  const machine = await describeMachine(consul, env)
  const context = {checkout, consul, env, fedctl: [process.execPath, join(checkout, 'bin', 'run.js')], progress}
  /** @type {Outcome[]} */
  const outcomes = []
  for (const benchmark of benchmarks.filter(({name}) => names.length === 0 || names.includes(name))) {
    const started = performance.now()
    outcomes.push({benchmark, figures: await benchmark.run(context)})
    progress.say(`${benchmark.name}: ${((performance.now() - started) / 1000).toFixed(0)} s`)
  }
  process.stdout.write(`${textReport(outcomes)}\n`)
  if (write) await writeReport(markdownReport(outcomes, machine))
  return 0
})

/** @param {readonly string[]} args */
function readArguments(args) {
  const write = args.includes('--write')
  const names = args.filter((argument) => argument !== '--write')
  const known = benchmarks.map(({name}) => name)
  const unknown = names.find((name) => !known.includes(name))
  if (unknown !== undefined) throw new SetupError(`no benchmark ${unknown}; there are ${known.join(', ')}`)
  if (write && names.length > 0)
    throw new SetupError(`--write takes no names: ${document} holds the figures of one run`)
  return {names, write}
}

/** @param {string} figures */
async function writeReport(figures) {
  const path = join(checkout, document)
  const [before] = (await readFile(path, 'utf8')).split(/^## Figures$/m)
  await writeFile(path, `${before?.trimEnd()}\n\n## Figures\n\n${figures}`)
}
