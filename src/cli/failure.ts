import {FedctlError} from '../errors/fedctl-error.js'
import {isErrno, unreadable} from '../system/files.js'
import {coloursFor} from './colours.js'
import {linesWithin, withoutControls} from './reporters/plain-text.js'
import {widthOf} from './terminal-width.js'
import {usageMessage, usageSuggestion} from './usage-message.js'

interface Failure {
  code: string
  docs?: string
  exitCode: number
  message: string
  suggestions: string[]
}

/** The error object of the command line's contract, as `--json` prints it. */
export interface FailureJson {
  error: {code: string; docs: string; message: string; suggestions: string[]}
}

/**
 * Says what went wrong: JSON on stdout with `json`, else text on stderr, without the control characters that a name or an answer may hold.
 * @returns The exit code to end with.
 */
export function reportFailure(error: unknown, options: {debug: boolean; json: boolean}): number {
  if (isQuietExit(error)) return error.oclif.exit
  const failure = describe(error)
  if (options.json) process.stdout.write(`${JSON.stringify(failureJson(failure), undefined, 2)}\n`)
  else process.stderr.write(failureText(failure))
  if (options.debug && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`)
  return failure.exitCode
}

function failureJson({code, docs = `docs/errors.md#${code}`, message, suggestions}: Failure): FailureJson {
  return {error: {code, docs, message, suggestions}}
}

function failureText({code, message, suggestions}: Failure): string {
  const colours = coloursFor(process.stderr)
  const width = widthOf(process.stderr)
  const head = `error [${code}]`
  const [first = head, ...rest] = linesWithin(`${head} ${withoutControls(message)}`, width)
  const lines = [
    `${colours.red('error')} ${colours.dim(`[${code}]`)}${first.slice(head.length)}`,
    ...rest,
    ...suggestions.flatMap((text) => {
      const [line = '', ...more] = linesWithin(`  → ${withoutControls(text)}`, width)
      return [line.replace('→', colours.cyan('→')), ...more]
    }),
  ]
  return `${lines.join('\n')}\n`
}

function describe(error: unknown): Failure {
  if (error instanceof FedctlError) return error
  if (isUsageError(error)) {
    return {
      code: 'usage',
      exitCode: 2,
      message: usageMessage(error.message),
      suggestions: [usageSuggestion(error.message)],
    }
  }
  if (isTroubleOfMachine(error)) return unreadable(error.path ?? 'a file that is needed', error)
  const message = error instanceof Error ? error.message : String(error)
  return {
    code: 'bug',
    exitCode: 70,
    message: `${message} (this is a defect in fedctl)`,
    suggestions: ['run the same command with --debug and report what it prints'],
  }
}

/** What the system says to whoever happens to open a file next, a module of this program for one. */
function isTroubleOfMachine(error: unknown): error is NodeJS.ErrnoException {
  return ['EIO', 'EMFILE', 'ENFILE'].some((code) => isErrno(error, code))
}

/** oclif ends `--help` and the like with an error that only carries an exit code. */
function isQuietExit(error: unknown): error is {oclif: {exit: number}} {
  return error instanceof Error && (error as {code?: string}).code === 'EEXIT'
}

/** What oclif throws for flags, arguments and commands that it does not know or that are missing. */
function isUsageError(error: unknown): error is Error {
  return error instanceof Error && (error as {oclif?: {exit?: number}}).oclif?.exit === 2
}
