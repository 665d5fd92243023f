#!/usr/bin/env node
import * as module from 'node:module'

// Not there before Node 22.
module.enableCompileCache?.()
const {main} = await import('../dist/cli/main.js')
await main(import.meta.url, process.argv.slice(2))
