import {type Command, CommandHelp, Help} from '@oclif/core'

/** Columns that a usage line may take; oclif breaks longer ones at a terminal of 80. */
const widestUsage = 64
/** So many flags are named beside one that excludes them; more would hide what it is for. */
const mostNamed = 5

/** The help of oclif with usage lines that can be read: it groups flags that exclude one another, which gets lost among many flags. */
export class FedctlHelp extends Help {
  protected override CommandHelpClass = FedctlCommandHelp
}

class FedctlCommandHelp extends CommandHelp {
  /** The own flags of the command where they fit on a line; the list below names them all. */
  protected override defaultUsage(): string {
    const args = Object.values(this.command.args).filter(({hidden}) => !hidden)
    const more = this.command.strict ? '' : '...'
    const named = args.map(({name, required}) => bracketed(`${name.toUpperCase()}${more}`, required === true))
    const own = Object.values(this.command.flags).filter(({helpGroup, hidden}) => !hidden && helpGroup !== 'GLOBAL')
    const flags = own.map((flag) => bracketed(this.flagHelpLabel(flag, true).trim(), flag.required === true))
    const whole = ['<%= command.id %>', ...named, ...flags].join(' ')
    if (`fedctl ${this.command.id} ${[...named, ...flags].join(' ')}`.length <= widestUsage) return whole
    return ['<%= command.id %>', ...named, '[FLAG...]'].join(' ')
  }

  /** What a flag does, and which flags it does not go with or needs. */
  protected override flags(flags: Command.Flag.Any[]): [string, string | undefined][] | undefined {
    return super.flags(flags.map((flag) => ({...flag, ...this.described(flag)})))
  }

  private described(flag: Command.Flag.Any): {description?: string; summary?: string} {
    const text = flag.summary ?? flag.description ?? ''
    const relations = [
      ...said('not with', excludedBy(flag, this.command.flags)),
      ...said('only with', flag.dependsOn ?? []),
    ]
    return relations.length === 0 ? {} : {summary: `${text} (${relations.join('; ')})`}
  }
}

function bracketed(text: string, isRequired: boolean): string {
  return isRequired ? text : `[${text}]`
}

/** Flags that exclude it are excluded by it. */
function excludedBy(
  {exclusive = [], name}: Command.Flag.Any,
  flags: Readonly<Record<string, Command.Flag.Any>>,
): string[] {
  const others = Object.values(flags)
    .filter((other) => other.exclusive?.includes(name))
    .map((other) => other.name)
  return [...new Set([...exclusive, ...others])].sort()
}

function said(relation: string, names: readonly string[]): string[] {
  return names.length === 0 || names.length > mostNamed
    ? []
    : [`${relation} ${names.map((name) => `--${name}`).join(', ')}`]
}
