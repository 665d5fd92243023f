import {FedctlError} from '../errors/fedctl-error.js'
import {forShell} from '../system/for-shell.js'

/** Flags of the command itself, but for the one with a value. */
const ownFlags = new Set(['--debug', '--help', '--no-color', '--quiet', '-h'])

/**
 * Refuses a command line of `lab exec` whose program has flags and no `--` before it: they would be taken for flags of fedctl. So is one without a datacenter.
 * @param argv what stands behind `lab exec`. @throws FedctlError `usage`.
 */
export function requireDashes(argv: readonly string[]): void {
  const dashes = argv.indexOf('--')
  const before = dashes === -1 ? argv : argv.slice(0, dashes)
  const own = before.filter((word, index) => isOwn(word, before[index - 1]))
  const [datacenter = 'dc1', ...program] = before.filter((word, index) => !isOwn(word, before[index - 1]))
  if (dashes !== -1 && own.length === before.length)
    throw badUsage('no datacenter was named before --', [...own, datacenter], argv.slice(dashes + 1))
  if (dashes !== -1 || !program.some((word) => word.startsWith('-'))) return
  throw badUsage(
    'there is no -- before the program, so its flags would be taken for those of fedctl',
    [...own, datacenter],
    program,
  )
}

function isOwn(word: string, before: string | undefined): boolean {
  return ownFlags.has(word) || isOfFolder(word, before)
}

function isOfFolder(word: string, before: string | undefined): boolean {
  return word === '--dir' || word.startsWith('--dir=') || before === '--dir'
}

function badUsage(message: string, own: readonly string[], program: readonly string[]): FedctlError {
  return new FedctlError('usage', message, {
    suggestions: [['fedctl lab exec', ...own.map(forShell), '--', ...program.map(forShell)].join(' ')],
  })
}
