#!/usr/bin/env node
import * as module from 'node:module'

// oclif asks the system for the user's shell where this is unset, which fails for a user without an entry, as in a container.
process.env.SHELL ??= '/bin/sh'
// Keeps oclif from loading semver to ask for an older Node than package.json does.
process.env.OCLIF_DISABLE_ENGINE_WARNING ??= '1'
// Not there before Node 22.
module.enableCompileCache?.()
const {main} = await import('../dist/cli/main.js')
await main(import.meta.url, process.argv.slice(2))
