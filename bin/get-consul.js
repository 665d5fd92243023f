#!/usr/bin/env node
import {join} from 'node:path'

import {findConsul, findOrFetchConsul} from './setup/consul.js'
import {checkout, runEntry} from './setup/entry.js'
import {locked} from './setup/ready.js'
import {removeUnfinished} from './setup/tools-folder.js'

/** Prints the path of a consul binary, which is fetched where there is none. */
await runEntry(async (progress) => {
  const tools = join(checkout, '.tools')
  const {binary} = await findConsul(tools, process.env, progress.signal)
  const {path} = binary ?? (await locked(checkout, progress, fetchConsul))
  process.stdout.write(`${path}\n`)
  return 0

  async function fetchConsul() {
    await removeUnfinished(tools)
    return findOrFetchConsul(tools, process.env, progress)
  }
})
