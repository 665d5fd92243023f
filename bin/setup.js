#!/usr/bin/env node
import {checkout, runEntry} from './setup/entry.js'
import {makeReady} from './setup/ready.js'

await runEntry(async (progress) => {
  await makeReady(checkout, progress)
  return 0
})
