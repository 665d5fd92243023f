import type {Datacenter} from '../federation/model.js'
import {forShell} from '../system/for-shell.js'

/** The commands that fixes may name, with the flags that they may use. A test holds this table against the commands there are. */
export const fixCommands = {
  'acl apply': ['federation'],
  'acl bootstrap': [],
  'bootstrap primary': [],
  'bootstrap secondary': ['dc'],
  'bootstrap secondary --existing': ['dc'],
  'config render': ['dc', 'node'],
  'gateway list': ['dc'],
  'gateway register': ['dc', 'gateway'],
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
    value === undefined ? [] : [`--${name}`, forShell(value)],
  )
  return ['fedctl', command, ...words].join(' ')
}

/** @returns The command that starts again what has ended in a datacenter on this machine. */
export function startAgainCommand({isPrimary, name}: Pick<Datacenter, 'isPrimary' | 'name'>): string {
  return isPrimary ? fedctlCommand('bootstrap primary') : fedctlCommand('bootstrap secondary', {dc: name})
}
