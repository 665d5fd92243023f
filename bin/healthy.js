#!/usr/bin/env node
import {checkout, runEntry} from './setup/entry.js'
import {makeReady} from './setup/ready.js'
import {runVitest} from './testing/run-vitest.js'

/** Brings up every healthy federation of test/healthy/topologies.ts in turn, and counts those that gave a false alarm. */
await runEntry(async (progress) => {
  const env = await makeReady(checkout, progress, {forTests: true})
  const {failed, failures, passed} = await runVitest('healthy', {checkout, env, signal: progress.signal})
  for (const failure of failures) progress.say(`failed: ${failure.replace(`${checkout}/`, '')}`)
  process.stdout.write(`${passed + failed} healthy federations, ${failed} with a false alarm or a missing warning\n`)
  return failed > 0 ? 1 : 0
})
