#!/usr/bin/env node
import {existsSync} from 'node:fs'
import {join} from 'node:path'

import {checkout, runEntry} from './setup/entry.js'
import {runFedctl} from './setup/fedctl.js'
import {SetupError} from './setup/programs.js'
import {makeReady} from './setup/ready.js'

const workspace = '.demo'

/** `demo.js up`: sets up what is missing and starts a lab with its defaults. `demo.js down`: stops that lab. */
await runEntry(async (progress) => {
  const [verb] = process.argv.slice(2)
  if (verb !== 'up' && verb !== 'down') throw new SetupError(`demo.js takes up or down, not ${verb ?? 'nothing'}`)
  if (verb === 'down' && !existsSync(join(checkout, workspace))) {
    progress.say('there is no demo to stop')
    return 0
  }
  const isBuilt = existsSync(join(checkout, 'dist', 'cli', 'main.js'))
  const env = verb === 'down' && isBuilt ? process.env : await makeReady(checkout, progress)
  return runFedctl(checkout, ['lab', verb, '--dir', workspace], env)
})
