/** The commands that fixes may name, with the flags that they may use. A test holds this table against the commands there are. */
export const fixCommands = {
  'acl apply': ['federation'],
  'config render': ['dc', 'node'],
  'gateway list': ['dc'],
  'gateway register': ['dc', 'gateway'],
  'gateway run': ['dc', 'gateway'],
  'lab up': ['dir'],
  'tls issue': ['dc', 'node'],
  verify: ['dc', 'only', 'wait'],
} as const satisfies Record<string, readonly string[]>

type Commands = typeof fixCommands

/** @returns The command line of a fedctl command, such as `fedctl tls issue --dc dc2 --node dc2-s1`. */
export function fedctlCommand<C extends keyof Commands>(
  command: C,
  flags: Partial<Record<Commands[C][number], string>> = {},
): string {
  const words = Object.entries<string | undefined>(flags).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, quoted(value)],
  )
  return ['fedctl', command, ...words].join(' ')
}

/** As a POSIX shell needs it. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}
