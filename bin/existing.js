#!/usr/bin/env node
import {checkout, runEntry} from './setup/entry.js'
import {makeReady} from './setup/ready.js'
import {failOnce} from './testing/failing-restart.js'
import {moveOnce} from './testing/moved-lab.js'

const rounds = 5

/**
 * Moves a lab of two datacenters with three servers each from WAN gossip to mesh gateways, five times in a row, then once more with a server that
 * does not come back. Ends at the first failure.
 */
await runEntry(async (progress) => {
  const env = await makeReady(checkout, progress)
  for (let round = 1; round <= rounds; round += 1) {
    progress.say(`round ${round} of ${rounds}: ${(await moveOnce(env, progress)).join('; ')}`)
  }
  progress.say(`a restart that fails: ${(await failOnce(env, progress)).join('; ')}`)
  return 0
})
