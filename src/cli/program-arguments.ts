import {FedctlError} from '../errors/fedctl-error.js'
import {forShell} from '../system/for-shell.js'

/** Flags of the command itself that stand before its program. */
const ownFlags = new Set(['--debug', '--help', '--no-color', '--quiet', '-h'])

/**
 * Refuses a command line of `lab exec` whose program has flags and no `--` before it: they would be taken for flags of fedctl. So is one without a datacenter.
 * @param argv what stands behind `lab exec`. @throws FedctlError `usage`.
 */
export function requireDashes(argv: readonly string[]): void {
  const dashes = argv.indexOf('--')
  const before = withoutOwnFlags(dashes === -1 ? argv : argv.slice(0, dashes))
  if (dashes !== -1 && before.length === 0)
    throw badUsage('no datacenter was named before --', [...argv.slice(0, dashes), 'dc1'], argv.slice(dashes + 1))
  const [datacenter = 'dc1', ...program] = before
  if (dashes !== -1 || !program.some((word) => word.startsWith('-'))) return
  const own = argv.slice(0, argv.indexOf(datacenter) + 1)
  throw badUsage('there is no -- before the program, so its flags would be taken for those of fedctl', own, program)
}

function withoutOwnFlags(words: readonly string[]): string[] {
  return words.filter((word, index) => !ownFlags.has(word) && !isOfFolder(word, words[index - 1]))
}

function isOfFolder(word: string, before: string | undefined): boolean {
  return word === '--dir' || word.startsWith('--dir=') || before === '--dir'
}

function badUsage(message: string, own: readonly string[], program: readonly string[]): FedctlError {
  return new FedctlError('usage', message, {
    suggestions: [['fedctl lab exec', ...own.map(forShell), '--', ...program.map(forShell)].join(' ')],
  })
}
