import {basename, relative} from 'node:path'

import {forShell} from '../system/for-shell.js'

/** How this run was started, so that commands shown to people paste as they stand: `fedctl`, or `node bin/run.js` from a checkout. */
export function invocation(argv: readonly string[], cwd: string): string {
  const script = argv[1] ?? 'fedctl'
  return basename(script) === 'fedctl' ? 'fedctl' : `node ${forShell(relative(cwd, script))}`
}
