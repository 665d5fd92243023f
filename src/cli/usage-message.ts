import {stripVTControlCharacters} from 'node:util'

/** How oclif says it, and how it is said here. */
const wordings: readonly (readonly [RegExp, string])[] = [
  [/\nSee more help with --help$/, ''],
  [/^The following errors? occurred:\n/, ''],
  [/^ +/gm, ''],
  [/^--([\w-]+)(?:=.*)? cannot also be provided when using --([\w-]+)$/gm, '--$1 and --$2 do not go together'],
  [/^All of the following must be provided when using --([\w-]+): (--[\w-]+)$/gm, '--$1 needs $2'],
  [/^Nonexistent flag: /, 'there is no flag '],
  [/^Missing 1 required arg:\n(\S+) +/, 'missing: $1, '],
]

/** oclif takes a word behind a command without arguments for a part of its name. */
const namedToMend = /^command lab:mend:(\S+) not found$/

/** @returns What oclif says of a wrong command line, in the words of this program: without colours, and without advice that is given in its own form. */
export function usageMessage(message: string): string {
  const plain = stripVTControlCharacters(message).trim()
  const named = namedToMend.exec(plain)?.[1]
  if (named !== undefined) return `fedctl lab mend takes no name, since it mends everything that was broken: ${named}`
  const command = /^command (\S+) not found$/.exec(plain)?.[1]
  if (command !== undefined) return `there is no command fedctl ${command.replaceAll(':', ' ')}`
  return wordings.reduce((text, [theirs, ours]) => text.replace(theirs, ours), plain)
}

/** @returns What to try after a wrong command line of which oclif says `message`. */
export function usageSuggestion(message: string): string {
  return namedToMend.test(stripVTControlCharacters(message).trim())
    ? 'fedctl lab mend'
    : 'see the same command with --help'
}
