#!/usr/bin/env node
import {checkout, runEntry} from './setup/entry.js'
import {rebuild} from './setup/ready.js'

await runEntry(async (progress) => {
  await rebuild(checkout, progress)
  return 0
})
