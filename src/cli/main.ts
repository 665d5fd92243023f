import {rewriteConsulFlags} from './consul-flags.js'
import {reportFailure} from './failure.js'
import {watchOutput} from './output.js'
import {versionLine} from './version-line.js'

/**
 * Runs one command line and ends the process with the exit code of the contract.
 * @param root file URL of the launcher; the package is found from there.
 */
export async function main(root: string, argv: readonly string[]): Promise<void> {
  const args = rewriteConsulFlags(argv)
  const debug = args.includes('--debug')
  // Loading oclif takes longer than all the rest of a short command. It listens to stdout, so it comes before the watch on it.
  const oclif = args[0] === '--version' ? undefined : await import('@oclif/core')
  const output = watchOutput()
  try {
    if (oclif) {
      await oclif.run(args, root)
      await Promise.race([oclif.flush(), output.broken])
    } else process.stdout.write(`${await versionLine(root)}\n`)
  } catch (error) {
    process.exitCode = reportFailure(error, {debug, json: asksForJson(args)})
  }
  const failure = await output.failure()
  if (failure) process.exitCode = reportFailure(failure, {debug, json: false})
}

/** Whether the output of the failed command was to be JSON; what follows `--` belongs to another program. */
function asksForJson(args: readonly string[]): boolean {
  const end = args.indexOf('--')
  const own = end === -1 ? args : args.slice(0, end)
  return own.some(
    (argument, index) =>
      argument === '--json' || argument === '--output=json' || (argument === '--output' && own[index + 1] === 'json'),
  )
}
